// A picture with channels as a box in three dimensions: one sheet of cells for each channel, one
// behind the other, and a little box that reaches through all of them.
import { svg } from "./dom.js";
import { range, written } from "./numbers.js";

const TINTS = ["--w-red", "--w-green", "--w-blue"];
const CELL = 26;

/**
 * @param {Element} element
 * @param {Record<string, string | number>} attributes
 */
function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}

/**
 * @typedef {object} View
 * @property {(channel: number, cell: number) => number} values
 * @property {[i: number, j: number]} place where the little box lies
 * @property {[rows: number, columns: number]} size of the little box
 * @property {number} spread 0: the sheets stand close, 1: side by side, so that all can be read
 * @property {{ p: number, k: number } | false} now the channel and the cell that are marked
 * @property {number} done in how many channels the little box has been
 * @property {string} label
 */

/**
 * @param {object} options
 * @param {number} options.rows
 * @param {number} options.columns
 * @param {number} options.channels
 * @param {string} options.letters one for each channel
 * @param {string} [options.kind] "small" for the sheets of a filter
 */
export function scene({ rows, columns, channels, letters, kind }) {
  const element = svg("svg", { role: "img" });
  const width = columns * CELL;
  const height = rows * CELL;
  const sheets = range(channels).map((p) => {
    const cells = range(rows * columns).map((k) => {
      const [i, j] = [Math.floor(k / columns), k % columns];
      const box = svg("rect", {
        x: j * CELL,
        y: i * CELL,
        width: CELL,
        height: CELL,
        stroke: "var(--line)",
      });
      const text = svg("text", {
        x: (j + 0.5) * CELL,
        y: (i + 0.5) * CELL + 5,
        "text-anchor": "middle",
      });
      return { box, text };
    });
    const border = svg("rect", {
      width,
      height,
      fill: "none",
      stroke: `var(${TINTS[p % 3]})`,
      "stroke-width": 2,
    });
    const letter = svg("text", { x: 2, y: -6, "font-weight": 700 }, letters[p]);
    const group = svg(
      "g",
      {},
      cells.flatMap(({ box, text }) => [box, text]),
      border,
      letter,
    );
    const window = svg("rect", {
      fill: "var(--filters)",
      "fill-opacity": 0.18,
      stroke: "var(--filters)",
      "stroke-width": 3,
    });
    const mark = svg("rect", {
      width: CELL,
      height: CELL,
      fill: "none",
      stroke: "currentColor",
      "stroke-width": 3,
    });
    group.append(window, mark);
    return { cells, group, window, mark };
  });
  const edges = range(4 * (channels - 1)).map(() =>
    svg("line", { stroke: "var(--filters)", "stroke-width": 2, "stroke-dasharray": "4 3" }),
  );
  element.append(...sheets.map((sheet) => sheet.group).reverse(), ...edges);

  /** @param {View} view */
  const update = ({ values, place, size, spread, now, done, label }) => {
    const dx = (kind === "small" ? 22 : 30) + spread * (width + 14 - (kind === "small" ? 22 : 30));
    const dy = (1 - spread) * (kind === "small" ? 18 : 24);
    /** @param {number} p */
    const at = (p) => [2 + dx * p, 20 + dy * (channels - 1 - p)];
    const full = [dx * (channels - 1) + width + 4, dy * (channels - 1) + height + 24];
    element.setAttribute("viewBox", `0 0 ${full.join(" ")}`);
    set(element, { width: full[0], height: full[1], "aria-label": label });
    sheets.forEach(({ cells, group, window, mark }, p) => {
      group.setAttribute("transform", `translate(${at(p).join(" ")})`);
      cells.forEach(({ box, text }, k) => {
        const value = values(p, k);
        const share = Math.round(8 + 30 * Math.min(1, Math.abs(value) / 9));
        box.setAttribute(
          "fill",
          `color-mix(in srgb, var(${TINTS[p % 3]}) ${share}%, var(--pst-color-background))`,
        );
        text.textContent = written(value, 1);
        const current = now && now.p === p && now.k === k;
        set(text, { "font-weight": current ? 700 : 400 });
      });
      mark.setAttribute("visibility", now && now.p === p ? "visible" : "hidden");
      if (now) set(mark, { x: (now.k % columns) * CELL, y: Math.floor(now.k / columns) * CELL });
      set(window, { x: place[1] * CELL, y: place[0] * CELL });
      set(window, { width: size[1] * CELL, height: size[0] * CELL });
      window.setAttribute("stroke-dasharray", done > p ? "none" : "5 3");
    });
    edges.forEach((edge, e) => {
      const [p, corner] = [Math.floor(e / 4), e % 4];
      const x = (place[1] + (corner % 2) * size[1]) * CELL;
      const y = (place[0] + Math.floor(corner / 2) * size[0]) * CELL;
      const [a, b] = [at(p), at(p + 1)];
      set(edge, { x1: a[0] + x, y1: a[1] + y, x2: b[0] + x, y2: b[1] + y });
      set(edge, { opacity: spread > 0.8 ? 0 : 0.9 });
    });
  };
  return { element, update };
}

// Grids of numbers, what frames them and what names them.
import { h, setText } from "./dom.js";
import { clamp, range } from "./numbers.js";

/**
 * How one cell looks. `mark` is its class, `name` what a listener hears instead of its text.
 *
 * @typedef {{ text?: string, color?: string, ink?: string, mark?: string, name?: string }} Cell
 */

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * A grid of numbers. With `pick` it is one stop of the Tab key, moved in by arrows, chosen by a
 * click.
 *
 * @param {object} options
 * @param {string} options.label
 * @param {string} [options.kind]
 * @param {(i: number, j: number) => void} [options.pick]
 * @param {boolean} [options.quiet] arrows only move, and Enter or Space choose
 */
export function grid({ label, kind = "", pick, quiet = false }) {
  const table = h("table", {
    class: `w-grid w-${kind}`,
    "aria-label": label,
    role: pick ? "grid" : null,
  });
  /** @type {HTMLTableCellElement[][]} */
  let cells = [];
  /** @type {[number, number]} */
  let focus = [0, 0];
  /** @param {number} i @param {number} j */
  const focusable = (i, j) => {
    if (!cells.length) return;
    cells[focus[0]]?.[focus[1]]?.setAttribute("tabindex", "-1");
    focus = [clamp(i, 0, cells.length - 1), clamp(j, 0, cells[0].length - 1)];
    cells[focus[0]][focus[1]].setAttribute("tabindex", "0");
  };
  /** @param {number} rows @param {number} columns */
  const shape = (rows, columns) => {
    if (cells.length === rows && cells[0]?.length === columns) return;
    cells = range(rows).map((i) =>
      range(columns).map((j) => {
        const cell = h("td", pick ? { role: "gridcell", tabindex: "-1", class: "w-pick" } : {});
        if (pick)
          cell.addEventListener("click", () => {
            focusable(i, j);
            cell.focus();
            pick(i, j);
          });
        return cell;
      }),
    );
    table.replaceChildren(
      h(
        "tbody",
        { role: pick ? "rowgroup" : null },
        cells.map((row) => h("tr", { role: pick ? "row" : null }, row)),
      ),
    );
    if (pick) focusable(...focus);
  };
  if (pick)
    table.addEventListener("keydown", (event) => {
      const step = ARROWS[event.key];
      const [i, j] = focus;
      if (step) focusable(i + step[0], j + step[1]);
      else if (event.key === "Home") focusable(i, 0);
      else if (event.key === "End") focusable(i, cells[0].length - 1);
      else if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      cells[focus[0]][focus[1]].focus();
      if (!quiet || event.key === "Enter" || event.key === " ") pick(...focus);
    });
  /**
   * @param {number} rows
   * @param {number} columns
   * @param {(i: number, j: number) => Cell} cell
   * @param {[number, number]} [at] the cell that the Tab key leads to
   */
  const update = (rows, columns, cell, at) => {
    shape(rows, columns);
    const whole = /** @type {HTMLElement} */ (table.closest(".w-framed") ?? table);
    whole.style.setProperty("--columns", String(columns));
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const { text = "", color = "", ink = "", mark = "", name } = cell(i, j);
        const td = cells[i][j];
        setText(td, text);
        if (td.style.backgroundColor !== color) td.style.backgroundColor = color;
        if (td.style.color !== ink) td.style.color = ink;
        const wanted = `${pick ? "w-pick " : ""}${mark}`;
        if (td.className !== wanted) td.className = wanted;
        if (name) td.setAttribute("aria-label", name);
        else td.removeAttribute("aria-label");
      }
    if (at && pick) focusable(...at);
  };
  return { element: table, update };
}

/**
 * A thing with its name and its shape under it, in the color of its kind.
 *
 * @param {Element} element
 * @param {string} name
 * @param {string} kind
 */
export function labeled(element, name, kind) {
  const shape = h("span", { class: "w-shape" });
  const figure = h(
    "div",
    { class: `w-part w-part-${kind}` },
    element,
    h(
      "div",
      { class: "w-name" },
      h("span", { class: kind ? `is-${kind}` : null }, name),
      " ",
      shape,
    ),
  );
  return { element: figure, shape };
}

/** The frame of the kernel: lies over a grid. */
export function frame(kind = "filters") {
  const element = h("div", { class: `w-frame w-frame-${kind}`, "aria-hidden": "true" });
  /**
   * Lay it over rows × columns cells, its corner at (i, j).
   *
   * @param {number} i
   * @param {number} j
   * @param {number} rows
   * @param {number} columns
   */
  const update = (i, j, rows, columns) => {
    for (const [name, value] of Object.entries({ i, j, tall: rows, wide: columns }))
      element.style.setProperty(`--${name}`, String(value));
  };
  return { element, update };
}

/**
 * @param {Element} table
 * @param {{ element: Element }} over
 */
export const framed = (table, over) => h("div", { class: "w-framed" }, table, over.element);

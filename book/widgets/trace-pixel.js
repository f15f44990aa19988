// Chapter 9: trace one number back through the stack. How much of the image did it see?
import { Widget, define } from "./base.js";
import { tint } from "./colors.js";
import { choice } from "./controls.js";
import { h, setText } from "./dom.js";
import { grid, labeled } from "./grid.js";
import { outputSize, padAmounts, whole } from "./numbers.js";
import { prediction } from "./prediction.js";

// layers: [{ kernel, stride, padding }], pixel [i, j] of the last map.
// Gives each map's size, and for each one the rows and columns that the pixel depends on.
export function compute({ size, layers, pixel }) {
  const sizes = [size];
  for (const { kernel, stride, padding } of layers)
    sizes.push(sizes.at(-1).map((n) => outputSize(n, kernel, { stride, padding })));
  const seen = [pixel.map((at) => [at, at])];
  for (let k = layers.length - 1; k >= 0; k--) {
    const { kernel, stride, padding } = layers[k];
    seen.unshift(
      seen[0].map(([low, high], axis) => {
        const [before] = padAmounts(sizes[k][axis], kernel, { stride, padding });
        const [from, to] = [low * stride - before, high * stride - before + kernel - 1];
        return [Math.max(0, from), Math.min(sizes[k][axis] - 1, to)];
      }),
    );
  }
  let [field, jump] = [1, 1];
  for (const { kernel, stride } of layers) {
    field += (kernel - 1) * jump;
    jump *= stride;
  }
  return { sizes, seen, field, jump };
}

/** @type {Record<string, [name: string, layers: [kernel: number, stride: number][]]>} */
const STACKS = {
  two: [
    "two 3 × 3",
    [
      [3, 1],
      [3, 1],
    ],
  ],
  three: [
    "three 3 × 3",
    [
      [3, 1],
      [3, 1],
      [3, 1],
    ],
  ],
  five: ["one 5 × 5", [[5, 1]]],
  stride: [
    "3 × 3 with stride 2, twice",
    [
      [3, 2],
      [3, 2],
    ],
  ],
  pool: [
    "3 × 3, pooling 2 × 2, 3 × 3",
    [
      [3, 1],
      [2, 2],
      [3, 1],
    ],
  ],
  one: [
    "3 × 3, 1 × 1, 3 × 3",
    [
      [3, 1],
      [1, 1],
      [3, 1],
    ],
  ],
};
const SIZE = [11, 12];

class TracePixel extends Widget {
  static defaults = { stack: "two", padding: "valid", i: 2, j: 3 };

  clean(state) {
    const clean = {
      ...state,
      stack: Object.hasOwn(STACKS, state.stack) ? state.stack : "two",
      padding: state.padding === "same" ? "same" : "valid",
    };
    const [rows, columns] = this.trace({ ...clean, i: 0, j: 0 }).sizes.at(-1);
    return { ...clean, i: whole(state.i, 0, rows - 1), j: whole(state.j, 0, columns - 1) };
  }

  /** @param {import("./base.js").State} state */
  trace({ stack, padding, i, j }) {
    const layers = STACKS[stack][1].map(([kernel, stride]) => ({ kernel, stride, padding }));
    return compute({ size: SIZE, layers, pixel: [i, j] });
  }

  build() {
    const ask = prediction(this, {
      id: "receptive-field",
      question:
        "Two 3 × 3 layers lie on each other. How much of the image does one number at the end see?",
      answers: [
        {
          label: "3 × 3",
          why:
            "That is what it sees of the map just below. " +
            "Each of those nine numbers saw 3 × 3 of its own.",
        },
        {
          label: "5 × 5",
          right: true,
          why:
            "Each layer adds one pixel on every side. " +
            "And two of them need 18 weights for a channel pair, one 5 × 5 needs 25.",
        },
        { label: "6 × 6", why: "3 + 3 counts the middle twice. The second layer adds 3 − 1 = 2." },
        {
          label: "9 × 9",
          why: "3 · 3 would be right if the little windows did not overlap. They do.",
        },
      ],
    });
    this.stack = choice(
      "Stack",
      Object.entries(STACKS).map(([name, [text]]) => [name, text]),
      () => this.state.stack,
      (stack) => {
        this.set({ stack });
        this.tell();
      },
    );
    this.padding = choice(
      "At the border",
      [
        ["valid", "stay inside (valid)"],
        ["same", "same"],
      ],
      () => this.state.padding,
      (padding) => {
        this.set({ padding });
        this.tell();
      },
    );
    this.maps = h("div", { class: "w-row w-trace" });
    this.line = h("p", { class: "w-sumline" });
    this.stage.append(
      h(
        "div",
        { class: "w-after" },
        h("div", { class: "w-options" }, this.stack.element, this.padding.element),
        h("p", {}, "Choose a number of the last map. Marked is everything that it depends on."),
        this.maps,
        this.line,
      ),
    );
    return h("div", {}, ask, this.stage);
  }

  tell() {
    const [[top, bottom], [left, right]] = this.trace(this.state).seen[0];
    this.say(`It sees rows ${top} to ${bottom} and columns ${left} to ${right} of the image.`);
  }

  // The grids are made again only when the stack changes, so that the focus stays where it is.
  grids(sizes) {
    const kind = `${this.state.stack} ${this.state.padding}`;
    if (this.made === kind) return;
    this.made = kind;
    this.parts = sizes.map((size, k) => {
      const end = k === sizes.length - 1;
      const part = grid({
        label: end ? "the last map: choose a number" : k ? `map ${k}` : "image",
        kind: end ? "result" : "trace",
        pick: end
          ? (i, j) => {
              this.set({ i, j });
              this.tell();
            }
          : undefined,
      });
      const named = labeled(
        part.element,
        end ? "last map" : k ? `map ${k}` : "image",
        end ? "result" : k ? "" : "image",
      );
      setText(named.shape, size.join(" × "));
      return { part, element: named.element };
    });
    this.maps.replaceChildren(...this.parts.map((part) => part.element));
  }

  update() {
    const { sizes, seen, field, jump } = this.trace(this.state);
    this.grids(sizes);
    const { i, j } = this.state;
    this.parts.forEach(({ part }, k) => {
      const [[top, bottom], [left, right]] = seen[k];
      part.update(
        ...sizes[k],
        (r, c) => {
          const inside = r >= top && r <= bottom && c >= left && c <= right;
          const end = k === sizes.length - 1;
          return {
            text: inside ? (end ? "" : "•") : "",
            name: `row ${r}, column ${c}${inside ? ", seen" : ""}`,
            ...(inside ? tint(end ? "result" : "filters", 1) : {}),
            mark: end && r === i && c === j ? "is-now" : "",
          };
        },
        [i, j],
      );
    });
    const inside = seen[0].map(([low, high]) => high - low + 1);
    const cut = inside.some((n) => n < field)
      ? ` Here the border cuts it to ${inside.join(" × ")}.`
      : "";
    setText(
      this.line,
      `Receptive field ${field} × ${field}. One step in the last map is ${jump} ` +
        `${jump === 1 ? "pixel" : "pixels"} in the image.${cut}`,
    );
    this.stack.update();
    this.padding.update();
  }
}

define("trace-pixel", TracePixel);

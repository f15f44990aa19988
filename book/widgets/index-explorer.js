// Chapter 5: six indices, one formula, and the same product in the loop, in einsum and in im2col.
import { Widget, define } from "./base.js";
import { tint } from "./colors.js";
import { slider } from "./controls.js";
import { button, h, setText } from "./dom.js";
import { frame, framed, grid, labeled } from "./grid.js";
import { bracketed, conv2d, fromLists, range, tensor, toLists, whole, written } from "./numbers.js";
import { prediction } from "./prediction.js";

// The product that six indices choose, and where im2col keeps it.
export function compute({ image, filters, i, j, c, p, m, n }) {
  const [A, W] = [fromLists(image), fromLists(filters)];
  const [, width, C1] = A.shape;
  const [, K, L, C2] = W.shape;
  const B = conv2d(A, W);
  const columns = B.shape[1];
  const pixel = A.data[((i + m) * width + j + n) * C1 + p];
  const weight = W.data[((p * K + m) * L + n) * C2 + c];
  return {
    pixel,
    weight,
    product: pixel * weight,
    result: B.data[(i * columns + j) * C2 + c],
    row: i * columns + j,
    column: (p * K + m) * L + n,
    matrix: toLists(im2col(A, K, L)),
  };
}

/**
 * (H, W, C1) -> (H'*W', C1*K*L): each row is one place, written out.
 *
 * @param {import("./numbers.js").Tensor} image
 * @param {number} K
 * @param {number} L
 */
export function im2col({ shape, data }, K, L) {
  const [H, W, C1] = shape;
  const [rows, columns] = [H - K + 1, W - L + 1];
  const result = tensor([rows * columns, C1 * K * L]);
  let at = 0;
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      for (let p = 0; p < C1; p++)
        for (let m = 0; m < K; m++)
          for (let n = 0; n < L; n++) result.data[at++] = data[((i + m) * W + j + n) * C1 + p];
  return result;
}

/** @type {Record<string, [words: string, most: number]>} */
const INDICES = {
  i: ["row of the map", 4],
  j: ["column of the map", 6],
  c: ["which map, which filter", 3],
  p: ["channel of the image", 2],
  m: ["row in the kernel", 1],
  n: ["column in the kernel", 1],
};

class IndexExplorer extends Widget {
  static defaults = { i: 1, j: 4, c: 0, p: 0, m: 0, n: 0 };

  clean(state) {
    const clean = { ...state };
    for (const [name, [, most]] of Object.entries(INDICES))
      clean[name] = whole(state[name], 0, most);
    return clean;
  }

  build() {
    const ask = prediction(this, {
      id: "summed-indices",
      question: "B[i, j, c] = Σ A[i+m, j+n, p] · W[p, m, n, c]. Which letters does the Σ run over?",
      answers: [
        {
          label: "p, m, n",
          right: true,
          why: "They stand on the right and not on the left: they are summed away.",
        },
        {
          label: "m, n",
          why:
            "Then every channel p would keep a result of its own, " +
            "and B would need a p on the left.",
        },
        {
          label: "i, j",
          why: "These say which number is computed: they stand on both sides and are not summed.",
        },
        {
          label: "c",
          why:
            "c chooses the filter, and with it the map. " +
            "Maps are never added to each other here.",
        },
      ],
    });
    this.sliders = Object.entries(INDICES).map(([name, [words, max]]) =>
      slider(`${name}, ${words}`, {
        min: 0,
        max,
        get: () => this.state[name],
        set: (value) => this.move(name, value),
      }),
    );
    const walk = button("Next product", () => this.next());
    this.views = Object.fromEntries(
      ["formula", "loop", "einsum", "im2col"].map((name) => [name, h("code")]),
    );
    const titles = {
      formula: "Formula",
      loop: "Loops",
      einsum: "einsum over windows",
      im2col: "im2col, one matrix product",
    };
    this.sum = h("p", { class: "w-total" });
    this.image = grid({ label: "image, the channel p", kind: "image" });
    this.frame = frame();
    this.filter = grid({ label: "filter c, the channel p", kind: "small" });
    this.map = grid({
      label: "map c: choose a place",
      kind: "small",
      pick: (i, j) => this.set({ i, j }, `Row ${i}, column ${j}.`),
    });
    this.parts = [
      labeled(framed(this.image.element, this.frame), "A[:, :, p]", "image"),
      labeled(this.filter.element, "W[p, :, :, c]", "filters"),
      labeled(this.map.element, "B[:, :, c]", "result"),
    ];
    this.stage.append(
      h(
        "div",
        { class: "w-after" },
        h("p", {}, "Image 6 × 8 × 3, filters (3, 2, 2, 4), result 5 × 7 × 4."),
        h(
          "div",
          { class: "w-indices" },
          this.sliders.map((s) => s.element),
        ),
        h("div", { class: "w-options" }, walk),
        h(
          "div",
          { class: "w-row" },
          this.parts.map((part) => part.element),
        ),
        h(
          "dl",
          { class: "w-views" },
          Object.entries(this.views).flatMap(([name, code]) => [
            h("dt", {}, titles[name]),
            h("dd", {}, code),
          ]),
        ),
        this.sum,
      ),
    );
    return h("div", {}, ask, this.stage);
  }

  async load() {
    const { hand } = await Widget.data();
    this.arrays = { image: hand.image, filters: hand.filters };
    this.B = conv2d(fromLists(hand.image), fromLists(hand.filters));
  }

  move(name, value) {
    this.set({ [name]: value });
    const { pixel, weight, product } = this.found;
    this.say(
      `${name} = ${this.state[name]}: ${written(pixel)} times ${written(weight)} is ` +
        `${written(product)}.`,
    );
  }

  // The order of the loops: n first, then m, then p, then the next number.
  next() {
    const state = { ...this.state };
    for (const name of ["n", "m", "p", "c", "j", "i"]) {
      if (state[name] < INDICES[name][1]) {
        state[name] += 1;
        break;
      }
      state[name] = 0;
    }
    this.set(state);
    this.say(
      `p = ${state.p}, m = ${state.m}, n = ${state.n}: ${written(this.found.product)}. ` +
        `Sum so far ${written(this.soFar)}.`,
    );
  }

  update() {
    const { i, j, c, p, m, n } = this.state;
    this.found = compute({ ...this.arrays, i, j, c, p, m, n });
    const { pixel, weight, product, result, row, column } = this.found;
    this.soFar = 0;
    range(column + 1).forEach((k) => {
      const at = compute({ ...this.arrays, i, j, c, p: k >> 2, m: (k >> 1) & 1, n: k & 1 });
      this.soFar += at.product;
    });
    const code = {
      formula:
        `B[${i}, ${j}, ${c}] = … + A[${i}+${m}, ${j}+${n}, ${p}] · W[${p}, ${m}, ${n}, ` +
        `${c}] + …`,
      loop: `B[${i}, ${j}, ${c}] += A[${i + m}, ${j + n}, ${p}] * W[${p}, ${m}, ${n}, ${c}]`,
      einsum:
        `einsum("ijpmn,pmnc->ijc"): windows[${i}, ${j}, ${p}, ${m}, ${n}] * W[${p}, ` +
        `${m}, ${n}, ${c}]`,
      im2col: `rows[${row}, ${column}] * W.reshape(12, 4)[${column}, ${c}]`,
    };
    for (const [name, text] of Object.entries(code)) setText(this.views[name], text);
    this.sum.replaceChildren(
      `${written(pixel)} · ${bracketed(weight)} = ` +
        `${written(product)}. Product ${column + 1} of 12, sum so far ${written(this.soFar)}, ` +
        "in the end ",
      h("b", {}, written(result)),
    );
    this.sliders.forEach((s) => s.update());
    const { image, filters } = this.arrays;
    this.image.update(6, 8, (r, q) => ({
      text: written(image[r][q][p]),
      ...tint("image", image[r][q][p] / 9),
      mark: r === i + m && q === j + n ? "is-in" : "",
    }));
    this.frame.update(i, j, 2, 2);
    this.filter.update(2, 2, (r, q) => ({
      text: written(filters[p][r][q][c]),
      ...tint("filters", 0.4),
      mark: r === m && q === n ? "is-in" : "",
    }));
    this.map.update(
      5,
      7,
      (r, q) => ({
        text: written(this.B.data[(r * 7 + q) * 4 + c]),
        ...tint("result", 0.3),
        mark: r === i && q === j ? "is-now" : "",
      }),
      [i, j],
    );
    this.parts.forEach((part, k) =>
      setText(part.shape, [`p = ${p}`, `p = ${p}, c = ${c}`, `c = ${c}`][k]),
    );
  }
}

define("index-explorer", IndexExplorer);

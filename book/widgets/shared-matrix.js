// Chapter 7: the same sums as one matrix. Mostly zeros, and the same few weights on every row.
import { Widget, define } from "./base.js";
import { tint } from "./colors.js";
import { fields } from "./controls.js";
import { h, setText, svg } from "./dom.js";
import { grid, labeled } from "./grid.js";
import { bracketed, conv2d, fromLists, range, tensor, toLists, whole, written } from "./numbers.js";
import { prediction } from "./prediction.js";

// square (K, L) on an image (H, W) -> the matrix (H'*W', H*W) that does the same.
export function matrixOf(square, H, W) {
  const [K, L] = square.shape;
  const [rows, columns] = [H - K + 1, W - L + 1];
  const matrix = tensor([rows * columns, H * W]);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      for (let m = 0; m < K; m++)
        for (let n = 0; n < L; n++)
          matrix.data[(i * columns + j) * H * W + (i + m) * W + j + n] = square.data[m * L + n];
  return matrix;
}

export function compute({ image, square }) {
  const [A, W] = [fromLists(image), fromLists(square)];
  const matrix = matrixOf(W, ...A.shape);
  const [rows, columns] = matrix.shape;
  const product = range(rows).map((r) =>
    range(columns).reduce((sum, q) => sum + matrix.data[r * columns + q] * A.data[q], 0),
  );
  return { matrix: toLists(matrix), product, map: toLists(conv2d(A, W)) };
}

const [H, W, K, L] = [4, 5, 2, 3];
const [ROWS, COLUMNS] = [H - K + 1, W - L + 1];
const CELL = 16;

class SharedMatrix extends Widget {
  static defaults = { at: 4, weights: [2, -1, 1, 0, 3, -2] };

  clean(state) {
    const fits = state.weights.length === K * L && state.weights.every((w) => Math.abs(w) <= 999);
    return {
      ...state,
      at: whole(state.at, 0, ROWS * COLUMNS - 1),
      weights: fits ? state.weights : SharedMatrix.defaults.weights,
    };
  }

  build() {
    const ask = prediction(this, {
      id: "different-weights",
      question:
        "A 2 × 3 filter on a 4 × 5 image is a matrix of 9 × 20 = 180 numbers. " +
        "How many of them can differ from each other, zeros aside?",
      answers: [
        {
          label: "180",
          why:
            "That is a dense layer’s matrix. Here most entries are forced to be zero, " +
            "and the others repeat.",
        },
        {
          label: "54",
          why:
            "That many carry a weight: six on each of nine rows. " +
            "But every row has the same six.",
        },
        {
          label: "6",
          right: true,
          why: "Each row carries the same six weights, moved along. That is what sharing means.",
        },
      ],
    });
    this.fields = fields({
      label: "the six weights",
      columns: L,
      names: range(K * L).map((k) => `weight in row ${Math.floor(k / L)}, column ${k % L}`),
      get: (k) => this.state.weights[k],
      set: (k, value) => {
        const weights = [...this.state.weights];
        weights[k] = value;
        this.set({ weights });
      },
    });
    this.image = grid({ label: "image, 4 by 5", kind: "image" });
    this.map = grid({
      label: "result: choose a place, its row of the matrix is marked",
      kind: "result",
      pick: (i, j) => this.choose(i * COLUMNS + j),
    });
    this.cells = range(ROWS * COLUMNS * H * W).map((k) => {
      const [r, q] = [Math.floor(k / (H * W)), k % (H * W)];
      return [
        svg("rect", { x: q * CELL, y: r * CELL, width: CELL, height: CELL, stroke: "var(--line)" }),
        svg("text", {
          x: (q + 0.5) * CELL,
          y: (r + 0.7) * CELL,
          "text-anchor": "middle",
          style: "font-size:10px",
        }),
      ];
    });
    this.mark = svg("rect", {
      width: H * W * CELL,
      height: CELL,
      fill: "none",
      stroke: "var(--result-text)",
      "stroke-width": 3,
    });
    this.drawing = svg(
      "svg",
      {
        role: "img",
        viewBox: `-2 -2 ${H * W * CELL + 4} ${ROWS * COLUMNS * CELL + 4}`,
        width: 2 * H * W * CELL,
      },
      this.cells.flat(),
      this.mark,
    );
    this.line = h("p", { class: "w-sumline" });
    const parts = [
      labeled(this.fields.element, "filter W", "filters"),
      labeled(this.image.element, "image A", "image"),
      labeled(this.map.element, "map B", "result"),
    ];
    ["2 × 3", "4 × 5", "3 × 3"].forEach((text, k) => setText(parts[k].shape, text));
    this.stage.append(
      h(
        "div",
        { class: "w-after" },
        h(
          "div",
          { class: "w-row" },
          parts.map((part) => part.element),
        ),
        h(
          "p",
          {},
          "The matrix, 9 × 20: a row for each number of the map, a column for each pixel.",
        ),
        this.drawing,
        this.line,
      ),
    );
    return h("div", {}, ask, this.stage);
  }

  load() {
    this.A = tensor(
      [H, W],
      range(H * W).map((k) => (7 * k + 3) % 10),
    );
  }

  choose(at) {
    this.set({ at });
    this.say(
      `Row ${at} of the matrix: the six weights stand at the pixels under the filter, ` +
        `and give ${written(this.product[at])}.`,
    );
  }

  update() {
    const { at, weights } = this.state;
    const square = tensor([K, L], weights);
    const found = compute({ image: toLists(this.A), square: toLists(square) });
    this.product = found.product;
    const [i, j] = [Math.floor(at / COLUMNS), at % COLUMNS];
    const under = (r, c) => r >= i && r < i + K && c >= j && c < j + L;
    this.image.update(H, W, (r, c) => ({
      text: written(this.A.data[r * W + c]),
      ...tint("image", 0.4),
      mark: under(r, c) ? "is-in" : "",
    }));
    this.map.update(
      ROWS,
      COLUMNS,
      (r, c) => ({
        text: written(found.product[r * COLUMNS + c], 1),
        ...tint("result", 0.4),
        mark: r === i && c === j ? "is-now" : "",
      }),
      [i, j],
    );
    this.cells.forEach(([box, text], k) => {
      const [r, q] = [Math.floor(k / (H * W)), k % (H * W)];
      const [m, n] = [Math.floor(q / W) - Math.floor(r / COLUMNS), (q % W) - (r % COLUMNS)];
      const carries = m >= 0 && m < K && n >= 0 && n < L;
      box.setAttribute(
        "fill",
        carries
          ? `color-mix(in srgb, var(--filters) ${12 + 6 * (m * L + n)}%, ` +
              "var(--pst-color-background))"
          : "var(--pst-color-background)",
      );
      const value = carries ? written(found.matrix[r][q], 1) : "";
      if (text.textContent !== value) text.textContent = value;
    });
    this.mark.setAttribute("y", String(at * CELL));
    this.drawing.setAttribute(
      "aria-label",
      `A matrix of 9 rows and 20 columns. Row ${at} is marked: six weights, fourteen zeros.`,
    );
    const terms = range(K * L).map((k) => {
      const value = this.A.data[(i + Math.floor(k / L)) * W + j + (k % L)];
      return `${written(value)}·${bracketed(weights[k])}`;
    });
    setText(
      this.line,
      `Row ${at}: ${terms.join(" + ")} = ${written(found.product[at])}. ` +
        "The other fourteen terms are zero.",
    );
    this.fields.update();
  }
}

define("shared-matrix", SharedMatrix);

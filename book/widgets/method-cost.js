// Chapter 13: the same numbers by different methods, and what each one costs.
import { Widget, define } from "./base.js";
import { freshId, h, setText } from "./dom.js";
import { outputSize, whole, written } from "./numbers.js";
import { prediction } from "./prediction.js";

// Multiplications and extra memory (numbers kept beside image, filters and result) of each method.
// Valid mode, stride 1. null: the method does not fit.
export function compute({ image, filters }) {
  const [H, W, C1] = image;
  const [, K, L, C2] = filters;
  const [rows, columns] = [outputSize(H, K), outputSize(W, L)];
  const places = rows * columns;
  const sum = places * C1 * K * L * C2;
  // Winograd F(2×2, 3×3): tiles of 2 × 2 results from 4 × 4 pixels, 16 multiplications for 36.
  const tiles = Math.ceil(rows / 2) * Math.ceil(columns / 2);
  const fits = K === 3 && L === 3;
  // FFT: real transforms of length up to a power of two, 4 real multiplications for a complex one.
  const side = (n) => 2 ** Math.ceil(Math.log2(n));
  const [h2, w2] = [side(H), side(W)];
  const points = h2 * w2;
  const one = (points / 2) * Math.log2(points) * 2; // half the work of a complex transform
  return {
    direct: { multiplications: sum, extra: 0 },
    im2col: { multiplications: sum, extra: places * C1 * K * L },
    winograd: fits
      ? { multiplications: tiles * 16 * C1 * C2, extra: 16 * (C1 * C2 + tiles * (C1 + C2)) }
      : null,
    fft: {
      multiplications: Math.round((C1 + C1 * C2 + C2) * one + 4 * (points / 2) * C1 * C2),
      extra: points * (C1 + C1 * C2 + C2),
    },
  };
}

const WORDS = {
  direct: ["direct", "every product where it is needed, nothing kept"],
  im2col: ["im2col", "patches written out as a matrix, one large matrix product"],
  winograd: ["winograd", "2 × 2 results at once, 16 multiplications for 36; a little less exact"],
  fft: ["fft", "by Fourier transform: the kernel’s size hardly matters"],
};
/** @type {Record<string, [label: string, most: number]>} */
const FIELDS = {
  rows: ["image rows", 512],
  columns: ["image columns", 512],
  channels: ["channels", 512],
  kernel: ["kernel size", 31],
  filters: ["filters", 512],
};

class MethodCost extends Widget {
  static defaults = { rows: 56, columns: 48, channels: 64, kernel: 3, filters: 64 };

  clean(state) {
    const clean = { ...state };
    for (const [name, [, most]] of Object.entries(FIELDS))
      clean[name] = whole(state[name], 1, most);
    clean.kernel = Math.min(clean.kernel, clean.rows, clean.columns);
    return clean;
  }

  build() {
    const ask = prediction(this, {
      id: "im2col-saves",
      question:
        "im2col writes all patches into one big matrix, " +
        "and is often many times faster than plain loops. Does it need fewer multiplications?",
      answers: [
        {
          label: "Yes",
          why:
            "It makes exactly the same products. It only arranges them so that a processor " +
            "can fetch and multiply them in long runs.",
        },
        {
          label: "No, the same number",
          right: true,
          why:
            "The same products, arranged so that a matrix routine runs at full speed. " +
            "It pays with memory.",
        },
        {
          label: "No, more",
          why: "Each product is made once. What grows is memory: a pixel is copied up to K² times.",
        },
      ],
    });
    this.inputs = Object.entries(FIELDS).map(([name, [label, most]]) => {
      const id = freshId();
      const input = h("input", { type: "number", id, min: 1, max: most, inputmode: "numeric" });
      input.addEventListener("input", () => {
        const value = Number(input.value);
        const good = Number.isInteger(value) && value >= 1 && value <= most;
        input.setAttribute("aria-invalid", String(!good));
        if (good) this.set({ [name]: value }, "");
        if (good) this.say(this.fewest());
      });
      input.addEventListener("blur", () => this.refresh());
      return {
        name,
        input,
        element: h("label", { class: "w-number", for: id }, h("span", {}, label), input),
      };
    });
    this.rows = Object.entries(WORDS).map(([name, [label, words]]) => {
      const [bar, count, more] = [h("span", { class: "w-bar-fill" }), h("b"), h("small")];
      return {
        name,
        words,
        bar,
        count,
        more,
        element: h(
          "li",
          { class: "w-count" },
          h("span", {}, label),
          h("span", { class: "w-bar", "aria-hidden": "true" }, bar),
          count,
          more,
        ),
      };
    });
    this.stage.append(
      h(
        "div",
        { class: "w-after" },
        h(
          "div",
          { class: "w-numbers" },
          this.inputs.map((i) => i.element),
        ),
        h(
          "ul",
          { class: "w-scores" },
          this.rows.map((row) => row.element),
        ),
        h(
          "p",
          { class: "w-where" },
          "Bars show multiplications. Fewer of them is not always faster: " +
            "fetching numbers costs time, too, which the chapter measures.",
        ),
      ),
    );
    return h("div", {}, ask, this.stage);
  }

  fewest() {
    const [name, { multiplications }] = Object.entries(this.found)
      .filter(([, cost]) => cost)
      .sort((a, b) => a[1].multiplications - b[1].multiplications)[0];
    return `Fewest multiplications: ${name}, ${written(multiplications)}.`;
  }

  update() {
    const { rows, columns, channels, kernel, filters } = this.state;
    this.found = compute({
      image: [rows, columns, channels],
      filters: [channels, kernel, kernel, filters],
    });
    for (const { name, input } of this.inputs)
      if (document.activeElement !== input) {
        input.value = this.state[name];
        input.setAttribute("aria-invalid", "false");
      }
    const most = Math.max(...Object.values(this.found).map((cost) => cost?.multiplications ?? 0));
    for (const { name, words, bar, count, more } of this.rows) {
      const cost = this.found[name];
      bar.style.width = `${cost ? (100 * cost.multiplications) / most : 0}%`;
      setText(count, cost ? written(cost.multiplications) : "does not fit");
      setText(
        more,
        cost ? `${words} · keeps ${written(cost.extra)} more numbers` : "made for 3 × 3 kernels",
      );
    }
  }
}

define("method-cost", MethodCost);

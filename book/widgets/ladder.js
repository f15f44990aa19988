// Chapter 8: what sharing saves. The ladder dense, locally connected, shared, for any layer.
import { Widget, define } from "./base.js";
import { choice } from "./controls.js";
import { freshId, h, setText } from "./dom.js";
import { outputSize, whole, written } from "./numbers.js";
import { prediction } from "./prediction.js";

// image [H, W, C1], filters [C1, K, L, C2] -> weights, biases and multiply-adds of each rung.
export function compute({ image, filters, stride = 1, padding = "valid" }) {
  const [H, W, C1] = image;
  const [, K, L, C2] = filters;
  const [rows, columns] = [
    outputSize(H, K, { stride, padding }),
    outputSize(W, L, { stride, padding }),
  ];
  const [into, out, one] = [H * W * C1, rows * columns * C2, C1 * K * L];
  const rung = (weights, biases, multiply_adds) => ({ weights, biases, multiply_adds });
  return {
    output: [rows, columns, C2],
    dense: rung(into * out, out, into * out),
    local: rung(one * out, out, one * out),
    shared: rung(one * C2, C2, one * out),
  };
}

/** @type {Record<string, [label: string, most: number]>} */
const FIELDS = {
  rows: ["image rows", 512],
  columns: ["image columns", 512],
  channels: ["channels", 2048],
  kernel: ["kernel size", 15],
  filters: ["filters", 2048],
  stride: ["stride", 8],
};
const bytes = (count) => {
  for (const [unit, size] of Object.entries({ TB: 1e12, GB: 1e9, MB: 1e6, kB: 1e3 }))
    if (count >= size) return `${written(count / size, 1)} ${unit}`;
  return `${written(count)} B`;
};

class LadderWidget extends Widget {
  static defaults = {
    rows: 32,
    columns: 32,
    channels: 3,
    kernel: 5,
    filters: 64,
    stride: 1,
    padding: "valid",
  };

  clean(state) {
    const clean = { ...state, padding: state.padding === "same" ? "same" : "valid" };
    for (const [name, [, most]] of Object.entries(FIELDS))
      clean[name] = whole(state[name], 1, most);
    if (clean.padding === "valid") clean.kernel = Math.min(clean.kernel, clean.rows, clean.columns);
    return clean;
  }

  build() {
    const ask = prediction(this, {
      id: "weights",
      question:
        "An image of 32 × 32 × 3 and 64 filters of 5 × 5. How many weights has the layer, " +
        "without biases?",
      answers: [
        {
          label: "1,600",
          why:
            "That is 64 · 5 · 5: the three channels are forgotten. " +
            "Each filter reaches through all of them.",
        },
        {
          label: "4,800",
          right: true,
          why: "3 · 5 · 5 · 64. The size of the image does not come in at all.",
        },
        {
          label: "50,176",
          why:
            "That is 28 · 28 · 64, the numbers that come out. " +
            "The weights are shared between them.",
        },
        {
          label: "154 million",
          why: "That is the dense layer that does the same: 3,072 inputs times 50,176 outputs.",
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
        if (!good) return;
        this.set({ [name]: value });
        this.say(
          `${written(this.found.shared.weights)} shared weights; ` +
            `dense would be ${written(this.found.dense.weights)}.`,
        );
      });
      input.addEventListener("blur", () => this.refresh());
      return {
        name,
        input,
        element: h("label", { class: "w-number", for: id }, h("span", {}, label), input),
      };
    });
    this.padding = choice(
      "At the border",
      [
        ["valid", "stay inside (valid)"],
        ["same", "keep the size (same)"],
      ],
      () => this.state.padding,
      (padding) => this.set({ padding }, ""),
    );
    this.rungs = [
      ["dense", "dense"],
      ["local", "locally connected"],
      ["shared", "shared: a convolution"],
    ].map(([name, words]) => {
      const [bar, count, more] = [h("span", { class: "w-bar-fill" }), h("b"), h("small")];
      return {
        name,
        bar,
        count,
        more,
        element: h(
          "li",
          { class: "w-count" },
          h("span", {}, words),
          h("span", { class: "w-bar", "aria-hidden": "true" }, bar),
          count,
          more,
        ),
      };
    });
    this.ratios = h("p", { class: "w-sumline" });
    this.shapes = h("p", { class: "w-sumline" });
    this.stage.append(
      h(
        "div",
        { class: "w-after" },
        h(
          "div",
          { class: "w-numbers" },
          this.inputs.map((i) => i.element),
        ),
        h("div", { class: "w-options" }, this.padding.element),
        this.shapes,
        h(
          "ul",
          { class: "w-scores" },
          this.rungs.map((r) => r.element),
        ),
        this.ratios,
        h(
          "p",
          { class: "w-where" },
          "Bars are logarithmic: each tenth of the length is ten times as much.",
        ),
      ),
    );
    return h("div", {}, ask, this.stage);
  }

  update() {
    const { rows, columns, channels, kernel, filters, stride, padding } = this.state;
    const found = (this.found = compute({
      image: [rows, columns, channels],
      filters: [channels, kernel, kernel, filters],
      stride,
      padding,
    }));
    for (const { name, input } of this.inputs)
      if (document.activeElement !== input) {
        input.value = this.state[name];
        input.setAttribute("aria-invalid", "false");
      }
    for (const { name, bar, count, more } of this.rungs) {
      const { weights, biases, multiply_adds } = found[name];
      bar.style.width = `${Math.min(100, 10 * Math.log10(weights))}%`;
      setText(count, written(weights));
      setText(
        more,
        `weights, and ${written(biases)} biases · ${bytes(4 * weights)} in float32 · ` +
          `${written(multiply_adds)} multiply-adds`,
      );
    }
    setText(
      this.shapes,
      `${rows} × ${columns} × ${channels} ⋆ (${channels}, ${kernel}, ${kernel}, ` +
        `${filters}) → ${found.output.join(" × ")}`,
    );
    const [local, share] = [
      found.dense.weights / found.local.weights,
      found.local.weights / found.shared.weights,
    ];
    setText(
      this.ratios,
      `Looking at neighbors only saves ${written(local)} ×, sharing saves ${written(share)} ×, ` +
        `together ${written(local * share)} ×. The arithmetic falls ${written(local)} × only: ` +
        "sharing saves memory, not multiplications.",
    );
    this.padding.update();
  }
}

define("ladder", LadderWidget);

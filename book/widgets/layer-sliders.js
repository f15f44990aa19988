// Chapter 6: activation(W ⋆ x + b). One bias for each map, added at every pixel; then the bend.
import { Widget, define } from "./base.js";
import { tint } from "./colors.js";
import { choice, slider } from "./controls.js";
import { freshId, h } from "./dom.js";
import { grid, labeled } from "./grid.js";
import { conv2d, flip, fromLists, last, range, toLists, whole, written } from "./numbers.js";
import { prediction } from "./prediction.js";

export function compute({ image, filters, bias, activation, flipped = false }) {
  const W = fromLists(filters);
  const [A, used] = [fromLists(image), flipped ? flip(W) : W];
  return { sums: toLists(conv2d(A, used)), result: toLists(conv2d(A, used, { bias, activation })) };
}

const BENDS = { none: "none (linear)", relu: "ReLU", sigmoid: "sigmoid", tanh: "tanh" };
const MOST = 20;

class LayerSliders extends Widget {
  static defaults = { bias: [0, 0], activation: "relu", flipped: false };

  clean(state) {
    const bias = state.bias.length === 2 ? state.bias : [0, 0];
    return {
      ...state,
      bias: bias.map((b) => whole(b, -MOST, MOST)),
      activation: Object.hasOwn(BENDS, state.activation) ? state.activation : "relu",
    };
  }

  build() {
    const ask = prediction(this, {
      id: "how-many-biases",
      question:
        "An image of 6 × 8 × 3 goes through 4 filters and gives 5 × 7 × 4. " +
        "How many biases has this layer?",
      answers: [
        {
          label: "1",
          why:
            "Then all four maps would be lifted together. " +
            "Each filter needs a threshold of its own.",
        },
        {
          label: "3",
          why:
            "One for each input channel would be added inside the sum. " +
            "The bias comes after it, once for each map.",
        },
        {
          label: "4",
          right: true,
          why: "One for each feature map. Broadcasting adds it at all 35 pixels of its map.",
        },
        {
          label: "140",
          why: "One for each number of the result would no longer be the same at every place.",
        },
      ],
    });
    this.maps = range(2).map((c) => {
      const sums = grid({ label: `map ${c}: W ⋆ x`, kind: "small" });
      const result = grid({ label: `map ${c}: the layer’s result`, kind: "small" });
      const lift = slider(`b[${c}], bias of map ${c}`, {
        min: -MOST,
        max: MOST,
        get: () => this.state.bias[c],
        set: (value) => {
          const bias = [...this.state.bias];
          bias[c] = value;
          this.set({ bias });
          this.say(
            `Bias ${c} is ${written(value)}: ${this.silent(c)} of 35 numbers of map ${c} are zero.`,
          );
        },
      });
      const parts = [
        labeled(sums.element, "W ⋆ x", "filters"),
        labeled(result.element, "activation(W ⋆ x + b)", "result"),
      ];
      return {
        sums,
        result,
        lift,
        element: h(
          "div",
          { role: "group", "aria-label": `map ${c}` },
          lift.element,
          h(
            "div",
            { class: "w-row" },
            parts[0].element,
            h("span", { class: "w-sign", "aria-hidden": "true" }, "→"),
            parts[1].element,
          ),
        ),
      };
    });
    this.bend = choice(
      "Activation",
      Object.entries(BENDS),
      () => this.state.activation,
      (activation) => {
        this.set({ activation });
        this.say(
          `${BENDS[activation]}: ${this.silent(0)} and ${this.silent(1)} of 35 numbers are zero.`,
        );
      },
    );
    const id = freshId();
    this.flipBox = h("input", {
      type: "checkbox",
      id,
      onchange: () =>
        this.set(
          { flipped: this.flipBox.checked },
          this.flipBox.checked
            ? "Flipped filters: W ∗ x, a convolution."
            : "Filters as they are: W ⋆ x.",
        ),
    });
    this.stage.append(
      h(
        "div",
        { class: "w-after" },
        h(
          "p",
          { class: "w-sumline" },
          "W ⋆ x is (5, 7, 2), b is (2,): each b[c] is added at every pixel of map c.",
        ),
        h(
          "div",
          { class: "w-options" },
          this.bend.element,
          h("label", { class: "w-check", for: id }, this.flipBox, "flip the filters first"),
        ),
        this.maps.map((map) => map.element),
      ),
    );
    return h("div", {}, ask, this.stage);
  }

  async load() {
    const { hand } = await Widget.data();
    const lists = hand.filters.map((p) => p.map((m) => m.map((n) => n.slice(0, 2))));
    this.arrays = { image: hand.image, filters: lists };
  }

  silent(c) {
    return last(this.result, c).data.filter((v) => v === 0).length;
  }

  update() {
    const { bias, activation, flipped } = this.state;
    const found = compute({ ...this.arrays, bias, activation, flipped });
    const sums = fromLists(found.sums);
    this.result = fromLists(found.result);
    this.maps.forEach((map, c) => {
      const [before, after] = [last(sums, c).data, last(this.result, c).data];
      const reach = Math.max(1e-9, ...after.map(Math.abs));
      map.sums.update(5, 7, (i, j) => ({
        text: written(before[i * 7 + j]),
        ...tint("filters", before[i * 7 + j] / 25),
      }));
      map.result.update(5, 7, (i, j) => {
        const value = after[i * 7 + j];
        return {
          text: written(value, 1),
          ...tint("result", value / reach),
          mark: value === 0 ? "is-off" : "",
        };
      });
      map.lift.update();
    });
    this.bend.update();
    this.flipBox.checked = flipped;
  }
}

define("layer-sliders", LayerSliders);

// Chapter 4: plug layers together. What comes out of one is what the next one must take.
import { Widget, define } from "./base.js";
import { choice } from "./controls.js";
import { h, setText } from "./dom.js";
import { outputSize, range } from "./numbers.js";
import { prediction } from "./prediction.js";

// layers: [{ channels, kernel, filters }], filters 0 for one filter without an axis of maps.
// Gives the shape after each layer, and the number of the first one that does not fit (or null).
export function compute({ image, layers, padding = "valid" }) {
  const shapes = [image];
  for (const [k, { channels, kernel, filters }] of layers.entries()) {
    const [rows, columns, depth] = shapes.at(-1);
    const size = { padding };
    const [H, W] = [outputSize(rows, kernel, size), outputSize(columns, kernel, size)];
    if (depth !== channels || H < 1 || W < 1) return { shapes, stuck: k };
    shapes.push(filters ? [H, W, filters] : [H, W]);
  }
  return { shapes, stuck: null };
}

const CHANNELS = [1, 2, 3, 5, 10, 50];
const KERNELS = [1, 3, 5];
const FILTERS = [0, 1, 2, 5, 10];
const LETTERS = ["first", "second", "third"];

class PlugLayers extends Widget {
  static defaults = { layers: [3, 5, 0, 3, 3, 5, 5, 3, 2], padding: "valid" };

  clean(state) {
    const near = (table, v) => (table.includes(v) ? v : table[1]);
    const layers = state.layers.length === 9 ? state.layers : PlugLayers.defaults.layers;
    return {
      ...state,
      padding: state.padding === "same" ? "same" : "valid",
      layers: layers.map((v, k) => near([CHANNELS, KERNELS, FILTERS][k % 3], v)),
    };
  }

  build() {
    const ask = prediction(this, {
      id: "how-many-maps",
      question: "Ten feature maps go into a layer of 5 filters. How many maps come out?",
      answers: [
        {
          label: "50",
          why:
            "Each filter reaches through all ten maps and adds over them. " +
            "It does not make one map for each.",
        },
        {
          label: "5",
          right: true,
          why: "One filter, one map. How many went in only decides how deep each filter is: ten.",
        },
        {
          label: "10",
          why: "That many go in. The sum runs over them; what comes out is counted by the filters.",
        },
        { label: "15", why: "Nothing is appended: the input’s maps do not appear in the output." },
      ],
    });
    this.rows = range(3).map((k) => this.row(k));
    this.padding = choice(
      "At the border",
      [
        ["valid", "stay inside (valid)"],
        ["same", "keep the size (same)"],
      ],
      () => this.state.padding,
      (padding) => this.set({ padding }, this.verdict()),
    );
    this.start = h(
      "p",
      { class: "w-plug" },
      h("span", { class: "is-image" }, "image"),
      " 32 × 28 × 3",
    );
    this.stage.append(
      h(
        "div",
        { class: "w-after" },
        h("p", {}, "This stack is stuck. Make it fit, from the top down."),
        this.start,
        h(
          "ol",
          { class: "w-plugs" },
          this.rows.map((row) => row.element),
        ),
        h("div", { class: "w-options" }, this.padding.element),
      ),
    );
    return h("div", {}, ask, this.stage);
  }

  row(k) {
    const pick = (which, label, table, words) =>
      choice(
        label,
        table.map((v) => [v, words(v)]),
        () => this.state.layers[3 * k + which],
        (value) => {
          const layers = [...this.state.layers];
          layers[3 * k + which] = Number(value);
          this.set({ layers });
          this.say(this.verdict());
        },
      );
    const choices = [
      pick(2, "filters", FILTERS, (v) => (v ? String(v) : "one, without an axis of maps")),
      pick(1, "kernel", KERNELS, (v) => `${v} × ${v}`),
      pick(0, "through channels", CHANNELS, String),
    ];
    const out = h("p", { class: "w-plug" });
    return {
      choices,
      out,
      element: h(
        "li",
        {},
        h(
          "div",
          { class: "w-options", role: "group", "aria-label": `${LETTERS[k]} layer` },
          choices.map((c) => c.element),
        ),
        out,
      ),
    };
  }

  found() {
    const { layers, padding } = this.state;
    return compute({
      image: [32, 28, 3],
      padding,
      layers: range(3).map((k) => ({
        channels: layers[3 * k],
        kernel: layers[3 * k + 1],
        filters: layers[3 * k + 2],
      })),
    });
  }

  verdict() {
    const { shapes, stuck } = this.found();
    if (stuck === null) return `It fits. The last layer gives ${shapes.at(-1).join(" × ")}.`;
    return this.reason(shapes.at(-1), stuck);
  }

  reason(shape, k) {
    const channels = this.state.layers[3 * k];
    if (shape.length === 2)
      return (
        `Stuck at the ${LETTERS[k]} layer: it gets a flat ${shape.join(" × ")} map and ` +
        "finds no channels. Give the layer before it an axis of maps, even if it is of length 1."
      );
    return (
      `Stuck at the ${LETTERS[k]} layer: ${shape[2]} channels come in, ` +
      `its filters reach through ${channels}.`
    );
  }

  update() {
    const { shapes, stuck } = this.found();
    this.rows.forEach(({ choices, out }, k) => {
      choices.forEach((c) => c.update());
      const shape = shapes[k + 1];
      out.classList.toggle("is-stuck", stuck === k);
      setText(
        out,
        shape
          ? `→ ${shape.join(" × ")}`
          : stuck === k
            ? this.reason(shapes[k], k)
            : "nothing arrives here yet",
      );
    });
    this.padding.update();
  }
}

define("plug-layers", PlugLayers);

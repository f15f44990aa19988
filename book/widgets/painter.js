// Chapter 3: paint a filter of 9 × 9 × 3 weights that finds the red circle, and meet the white
// trap.
import { Widget, define } from "./base.js";
import { tint } from "./colors.js";
import { choice } from "./controls.js";
import { button, h, setText } from "./dom.js";
import { grid } from "./grid.js";
import { conv2d, fromLists, range, tensor, toLists, written } from "./numbers.js";
import { prediction } from "./prediction.js";
import { channelMark } from "./places.js";
import { paintColor } from "./photo.js";

const K = 9;
// How a weight is written in the address.
const [LETTERS, LEVELS] = ["abcde", [-1, -0.5, 0, 0.5, 1]];

// Ways to take something away from a filter (C1, K, L), so that its weights sum to zero.
export function cure(weights, way) {
  const [channels, rows, columns] = weights.shape;
  const [size, data] = [rows * columns, Float64Array.from(weights.data)];
  const mean = (keep) => {
    const kept = data.filter((_, k) => keep(k));
    return kept.reduce((a, b) => a + b, 0) / kept.length;
  };
  if (way === "whole") {
    const all = mean(() => true);
    return tensor(
      weights.shape,
      data.map((v) => v - all),
    );
  }
  // At each place, each channel against the mean of the other channels: red 1 becomes 1, −½, −½.
  if (way === "place" || way === "both") {
    const places = range(size).map((q) => mean((k) => k % size === q));
    data.forEach((v, k) => {
      data[k] = (v - places[k % size]) * (channels / (channels - 1));
    });
  }
  if (way === "channel" || way === "both") {
    const means = range(channels).map((p) => mean((k) => Math.floor(k / size) === p));
    data.forEach((v, k) => {
      data[k] = v - means[Math.floor(k / size)];
    });
  }
  return tensor(weights.shape, data);
}

export function compute({ image, weights, way }) {
  const cured = cure(fromLists(weights), way);
  return { weights: toLists(cured), map: toLists(conv2d(fromLists(image), cured)) };
}

const onRing = (i, j, middle) => {
  const distance = Math.hypot(i - middle, j - middle);
  return distance >= 2.5 && distance < 4.2;
};
const ringOf = (color, solid = false) => {
  const image = tensor([15, 15, 3]);
  range(225).forEach((k) => {
    if (solid || onRing(Math.floor(k / 15), k % 15, 7)) image.data.set(color, 3 * k);
  });
  return image;
};
/** @type {[name: string, image: import("./numbers.js").Tensor][]} */
const PICTURES = [
  ["red circle", ringOf([1, 0, 0])],
  ["blue circle", ringOf([0, 0, 1])],
  ["white circle", ringOf([1, 1, 1])],
  ["yellow circle", ringOf([1, 1, 0])],
  ["all red", ringOf([1, 0, 0], true)],
];
const WAYS = {
  none: "as painted",
  whole: "minus the mean of all weights",
  channel: "minus each channel’s mean",
  place: "zero over the channels at each place",
  both: "zero over the channels and over space",
};
const RING = range(243)
  .map((k) => (k < 81 && onRing(Math.floor(k / 9), k % 9, 4) ? "e" : "c"))
  .join("");

class Painter extends Widget {
  static defaults = { paint: "ring", way: "none", brush: 1 };

  clean(state) {
    return {
      ...state,
      paint: /^[abcde]{243}$/.test(state.paint) ? state.paint : "ring",
      way: Object.hasOwn(WAYS, state.way) ? state.way : "none",
      brush: LEVELS.includes(state.brush) ? state.brush : 1,
    };
  }

  build() {
    const ask = prediction(this, {
      id: "white",
      question:
        "The filter has a 1 on a ring in its red channel, and 0 everywhere else. " +
        "Which picture answers as loudly as the red circle?",
      answers: [
        { label: "The blue circle", why: "Its red channel is empty: every product is zero." },
        {
          label: "The white circle",
          right: true,
          why:
            "White is red, green and blue at once. This filter looks at red only, " +
            "and in red the two circles are equal.",
        },
        {
          label: "None",
          why:
            "The filter looks at the red channel only. " +
            "Which other picture has the same red channel?",
        },
      ],
    });
    this.planes = range(3).map((p) => {
      const part = grid({
        label: `${["red", "green", "blue"][p]} weights: choose a place to paint`,
        kind: "filters",
        quiet: true,
        pick: (i, j) => this.dab(p, i, j),
      });
      return {
        part,
        element: h("div", { class: "w-sheet" }, channelMark(p, "RGB"[p]), part.element),
      };
    });
    this.rows = PICTURES.map(([name, image]) => {
      const canvas = h("canvas", {
        role: "img",
        "aria-label": name,
        style: "width:60px;height:60px",
      });
      paintColor(canvas, image);
      const [bar, score] = [h("span", { class: "w-bar-fill" }), h("b")];
      return {
        bar,
        score,
        element: h(
          "li",
          { class: "w-score" },
          canvas,
          h("span", {}, name),
          h("span", { class: "w-bar", "aria-hidden": "true" }, bar),
          score,
        ),
      };
    });
    this.way = choice(
      "Weights",
      Object.entries(WAYS),
      () => this.state.way,
      (way) => this.set({ way }, this.verdict(way)),
    );
    this.brush = choice(
      "Brush",
      LEVELS.map((v) => [v, written(v)]),
      () => this.state.brush,
      (v) => this.set({ brush: Number(v) }),
    );
    this.sums = h("p", { class: "w-sumline" });
    this.stage.append(
      h(
        "div",
        { class: "w-after" },
        h(
          "ul",
          { class: "w-scores" },
          this.rows.map((row) => row.element),
        ),
        h("div", { class: "w-options" }, this.way.element),
        h("p", {}, "Choose a place to paint with the brush. Underneath are the weights in use."),
        h(
          "div",
          { class: "w-options" },
          this.brush.element,
          button("Red ring", () => this.set({ paint: "ring" }, "A ring of ones in red.")),
          button("Empty", () => this.set({ paint: "c".repeat(243) }, "All weights are zero.")),
        ),
        h(
          "div",
          { class: "w-row w-planes" },
          this.planes.map((plane) => plane.element),
        ),
        this.sums,
      ),
    );
    return h("div", {}, ask, this.stage);
  }

  verdict(way) {
    this.state.way = way;
    const [red, , white] = this.scores();
    return `${WAYS[way]}: the red circle scores ${written(red)}, the white one ${written(white)}.`;
  }

  letters() {
    return this.state.paint === "ring" ? RING : this.state.paint;
  }

  dab(p, i, j) {
    const letters = [...this.letters()];
    letters[p * 81 + i * 9 + j] = LETTERS[LEVELS.indexOf(this.state.brush)];
    this.set({ paint: letters.join("") });
    this.say(
      `${"RGB"[p]}, row ${i}, column ${j} is ${written(this.state.brush)}. ` +
        `The red circle scores ${written(this.scores()[0])}.`,
    );
  }

  weights() {
    return cure(
      tensor(
        [3, K, K],
        [...this.letters()].map((letter) => LEVELS[LETTERS.indexOf(letter)]),
      ),
      this.state.way,
    );
  }

  scores() {
    const weights = this.weights();
    return PICTURES.map(([, image]) => Math.max(...conv2d(image, weights).data));
  }

  update() {
    const weights = this.weights();
    const scores = this.scores();
    const most = Math.max(1, ...scores);
    this.rows.forEach(({ bar, score }, k) => {
      bar.style.width = `${(100 * Math.max(0, scores[k])) / most}%`;
      setText(score, written(scores[k], 1));
    });
    this.planes.forEach(({ part }, p) =>
      part.update(K, K, (i, j) => {
        const value = weights.data[p * 81 + i * 9 + j];
        return {
          text: Math.abs(value) < 0.005 ? "" : written(value, 1).replace("0.", "."),
          ...tint(value < 0 ? "image" : "filters", value * 1.2),
          name: `row ${i}, column ${j}: ${written(value)}`,
        };
      }),
    );
    const total = weights.data.reduce((a, b) => a + b, 0);
    setText(this.sums, `All weights sum to ${written(total)}.`);
    this.way.update();
    this.brush.update();
  }
}

define("painter", Painter);

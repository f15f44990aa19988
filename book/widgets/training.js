// Chapter 10: gradient descent, live. A filter emerges from noise, because its result is compared.
import { Widget, define } from "./base.js";
import { tint } from "./colors.js";
import { choice, player, slider } from "./controls.js";
import { h, setText, svg } from "./dom.js";
import { grid, labeled } from "./grid.js";
import { conv2d, fromLists, range, tensor, toLists, written } from "./numbers.js";
import { prediction } from "./prediction.js";

// Mean squared error, and its gradient with respect to the filter: the image ⋆ the differences.
export function lossAndGradient(image, target, filter) {
  const made = conv2d(image, filter);
  const count = made.data.length;
  const difference = tensor(
    made.shape,
    made.data.map((v, k) => (2 * (v - target.data[k])) / count),
  );
  const loss = made.data.reduce((sum, v, k) => sum + (v - target.data[k]) ** 2, 0) / count;
  return { loss, gradient: conv2d(image, difference) };
}

export function compute({ image, target, filter, rate, steps }) {
  const [A, T] = [fromLists(image), fromLists(target)];
  let W = fromLists(filter);
  const losses = [];
  for (let k = 0; k < steps; k++) {
    const { loss, gradient } = lossAndGradient(A, T, W);
    losses.push(loss);
    W = tensor(
      W.shape,
      W.data.map((w, q) => w - rate * gradient.data[q]),
    );
  }
  return { filter: toLists(W), losses };
}

// Numbers that look like chance and are the same for everybody.
function noise(seed) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return (state / 4294967296) * 2 - 1;
  };
}

/** @type {Record<string, [name: string, weights: number[]]>} */
const GOALS = {
  upright: ["upright edges", [-1, 0, 1, -2, 0, 2, -1, 0, 1]],
  corner: ["not symmetric", [1, 2, 0, 0, 1, 0, 0, 0, -1]],
  blur: ["mean of nine", range(9).map(() => 1 / 9)],
};
const STEPS = 60;
const RATES = [0.02, 0.1, 0.3, 1, 4];

class Training extends Widget {
  static defaults = { step: 0, rate: 2, goal: "upright", seed: 1 };

  clean(state) {
    const int = (v, low, high) => Math.min(high, Math.max(low, Math.round(v)));
    return {
      ...state,
      step: int(state.step, 0, STEPS),
      rate: int(state.rate, 0, RATES.length - 1),
      seed: int(state.seed, 1, 9),
      goal: Object.hasOwn(GOALS, state.goal) ? state.goal : "upright",
    };
  }

  build() {
    const ask = prediction(this, {
      id: "what-finds",
      question:
        "Nobody tells the program the nine weights. It sees images and the wanted maps, " +
        "and starts from noise. What will its filter become?",
      answers: [
        {
          label: "It stays noise",
          why: "Each step moves every weight a little, in the direction in which the error falls.",
        },
        {
          label: "The hidden filter",
          right: true,
          why: "Only that filter makes all differences vanish. Gradient descent walks towards it.",
        },
        {
          label: "All zeros",
          why:
            "Then the map would be empty, and far from the wanted one. " +
            "Zeros are not a place where the error is small.",
        },
      ],
    });
    this.goalFilter = grid({ label: "the hidden filter", kind: "decimal" });
    this.learned = grid({ label: "the filter that is being learned", kind: "decimal" });
    this.gradient = grid({
      label: "the gradient: how the error grows with each weight",
      kind: "decimal",
    });
    const parts = [
      labeled(this.goalFilter.element, "hidden", "filters"),
      labeled(this.learned.element, "learned", "filters"),
      labeled(this.gradient.element, "gradient", ""),
    ];
    this.player = player(this, {
      name: "Step",
      count: () => STEPS + 1,
      at: () => this.state.step,
      pace: 120,
      go: (step) => {
        this.set({ step });
        this.say(`After ${this.state.step} steps the error is ${this.error()}.`);
      },
      tell: () => `${this.state.step} of ${STEPS}`,
    });
    this.rate = slider("Learning rate", {
      min: 0,
      max: RATES.length - 1,
      get: () => this.state.rate,
      tell: (k) => String(RATES[k]),
      set: (rate) => {
        this.set({ rate });
        this.say(
          `Learning rate ${RATES[rate]}: the last error is ${written(this.run.losses.at(-1), 4)}.`,
        );
      },
    });
    this.goal = choice(
      "Hidden filter",
      Object.entries(GOALS).map(([name, [text]]) => [name, text]),
      () => this.state.goal,
      (goal) => this.set({ goal, step: 0 }, `Another filter is hidden: ${GOALS[goal][0]}.`),
    );
    this.seed = choice(
      "First noise",
      range(9).map((k) => [k + 1, String(k + 1)]),
      () => this.state.seed,
      (seed) => this.set({ seed: Number(seed), step: 0 }, `It starts from noise number ${seed}.`),
    );
    this.curve = svg("polyline", { fill: "none", stroke: "var(--result)", "stroke-width": 2.5 });
    this.dot = svg("circle", { r: 5, fill: "var(--result-text)" });
    this.chart = svg(
      "svg",
      { role: "img", viewBox: "0 0 440 150", width: 440 },
      svg("line", { x1: 30, y1: 125, x2: 430, y2: 125, stroke: "currentColor" }),
      svg("line", { x1: 30, y1: 10, x2: 30, y2: 125, stroke: "currentColor" }),
      svg("text", { x: 36, y: 18 }, "error (logarithmic)"),
      svg("text", { x: 430, y: 143, "text-anchor": "end" }, "steps"),
      this.curve,
      this.dot,
    );
    this.line = h("p", { class: "w-sumline" });
    this.stage.append(
      h(
        "div",
        { class: "w-after" },
        h(
          "div",
          { class: "w-row" },
          parts.map((part) => part.element),
        ),
        this.player.element,
        this.chart,
        this.line,
        h("div", { class: "w-options" }, this.rate.element, this.goal.element, this.seed.element),
      ),
    );
    return h("div", {}, ask, this.stage);
  }

  error() {
    const loss = this.run.losses[this.state.step];
    return loss > 1e6 ? "enormous" : written(loss, 5);
  }

  train() {
    const { goal, seed, rate } = this.state;
    const key = [goal, seed, rate].join();
    if (this.trained === key) return;
    this.trained = key;
    const random = noise(1000 + seed);
    const image = tensor([12, 14], range(168).map(random));
    const target = conv2d(image, tensor([3, 3], GOALS[goal][1]));
    let W = tensor([3, 3], range(9).map(random));
    this.run = { filters: [], gradients: [], losses: [] };
    for (let k = 0; k <= STEPS; k++) {
      const { loss, gradient } = lossAndGradient(image, target, W);
      this.run.filters.push(W);
      this.run.gradients.push(gradient);
      this.run.losses.push(loss);
      W = tensor(
        [3, 3],
        W.data.map((w, q) => w - RATES[rate] * gradient.data[q]),
      );
    }
  }

  update() {
    this.train();
    const { step, goal } = this.state;
    const show = (part, data, kind) =>
      part.update(3, 3, (i, j) => ({
        text: Math.abs(data[3 * i + j]) > 99 ? "±∞" : written(data[3 * i + j], 1),
        ...tint(kind, data[3 * i + j] / 2),
      }));
    show(this.goalFilter, GOALS[goal][1], "filters");
    show(this.learned, this.run.filters[step].data, "filters");
    show(this.gradient, this.run.gradients[step].data, "image");
    const y = (loss) =>
      125 - 110 * Math.min(1, Math.max(0, (Math.log10(Math.max(loss, 1e-9)) + 7) / 9));
    const x = (k) => 30 + (400 * k) / STEPS;
    this.curve.setAttribute(
      "points",
      this.run.losses.map((loss, k) => `${x(k)},${y(loss)}`).join(" "),
    );
    this.dot.setAttribute("cx", String(x(step)));
    this.dot.setAttribute("cy", String(y(this.run.losses[step])));
    const grows = this.run.losses.at(-1) > this.run.losses[0];
    this.chart.setAttribute(
      "aria-label",
      `The error over ${STEPS} steps: it ${grows ? "grows, the steps are too long" : "falls"}. ` +
        `Now ${this.error()}.`,
    );
    const why = grows
      ? "It grows: the steps are so long that they leap over the valley."
      : "Each weight moves against its gradient, times the learning rate.";
    setText(this.line, `Error ${this.error()}. ${why}`);
    for (const part of [this.player, this.rate, this.goal, this.seed]) part.update();
  }
}

define("training", Training);

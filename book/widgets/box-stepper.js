// Chapter 2: a little box in a big box. All channels, twelve products, one running sum, one number.
import { Widget, define } from "./base.js";
import { tint } from "./colors.js";
import { choice, player } from "./controls.js";
import { button, freshId, h, setText } from "./dom.js";
import { grid, labeled } from "./grid.js";
import { conv2d, first, fromLists, last, toLists, written } from "./numbers.js";
import { prediction } from "./prediction.js";
import { atPlace, channelWords, sumsTable } from "./places.js";
import { scene } from "./scene.js";

export function compute({ image, filter, i = 0, j = 0 }) {
  const [A, W] = [fromLists(image), fromLists(filter)];
  const { products, sums, total } = atPlace(A, W, i, j);
  return { products: toLists(products), sums, total, map: toLists(conv2d(A, W)) };
}

class BoxStepper extends Widget {
  static defaults = { k: 11, done: 0, filter: 1, spread: 30, seen: -1 };

  clean(state) {
    const whole = (v, low, most) => Math.min(most, Math.max(low, Math.round(v)));
    return {
      ...state,
      k: whole(state.k, 0, 34),
      done: whole(state.done, 0, 12),
      filter: whole(state.filter, 1, 4),
      spread: whole(state.spread, 0, 100),
      seen: whole(state.seen, -1, 34),
    };
  }

  build() {
    const ask = prediction(this, {
      id: "result-shape",
      question:
        "The image is 6 × 8 × 3, the little box is 2 × 2 × 3. It visits every place. " +
        "What shape is the result?",
      answers: [
        {
          label: "5 × 7 × 3",
          why:
            "That keeps red, green and blue apart. But the sum runs over the channels, too: " +
            "each place gives one number.",
        },
        {
          label: "5 × 7",
          right: true,
          why:
            "Five rows of places, seven columns of places, and one number in each: " +
            "the channels are summed away.",
        },
        {
          label: "5 × 7 × 12",
          why: "Twelve products are made at each place. Then they are added.",
        },
        {
          label: "5 × 7 × 2",
          why:
            "That would be a box that also moves through the channels. " +
            "This one is as deep as the image: it has nowhere to go.",
        },
      ],
    });
    this.imageScene = scene({ rows: 6, columns: 8, channels: 3, letters: "RGB" });
    this.filterScene = scene({ rows: 2, columns: 2, channels: 3, letters: "RGB", kind: "small" });
    const image = labeled(this.imageScene.element, "image A", "image");
    const filter = labeled(this.filterScene.element, "filter W", "filters");
    setText(image.shape, "6 × 8 × 3");
    setText(filter.shape, "3 × 2 × 2 weights");
    this.result = grid({
      label: "the map: choose a place",
      kind: "result",
      pick: (i, j) => this.visit(i * 7 + j, 12),
    });
    const result = labeled(this.result.element, "map B", "result");
    setText(result.shape, "5 × 7");
    this.sums = sumsTable(3);
    this.products = player(this, {
      name: "Product",
      count: () => 13,
      at: () => this.state.done,
      pace: 700,
      go: (done) => this.visit(this.state.k, done),
      tell: () => `${this.state.done} of 12`,
    });
    this.places = player(this, {
      name: "Place",
      count: () => 35,
      at: () => this.state.k,
      pace: 350,
      go: (k) => this.visit(k, 12),
      tell: () => this.where(),
    });
    const id = freshId();
    this.spread = h("input", {
      type: "range",
      id,
      min: 0,
      max: 100,
      step: 10,
      oninput: () => this.set({ spread: Number(this.spread.value) }),
    });
    this.pick = choice(
      "Filter",
      [1, 2, 3, 4].map((n) => [n, `number ${n}`]),
      () => this.state.filter,
      (text) =>
        this.set(
          { filter: Number(text), seen: -1, done: 0 },
          `Filter ${text}: other weights, another map.`,
        ),
    );
    this.stage.append(
      h(
        "div",
        { class: "w-row" },
        image.element,
        h("span", { class: "w-sign", "aria-hidden": "true" }, "⋆"),
        filter.element,
      ),
      h(
        "div",
        { class: "w-options" },
        h(
          "label",
          { class: "w-slider", for: id },
          h("span", {}, "Pull the channels apart"),
          this.spread,
        ),
        button("Close", () => this.set({ spread: 0 })),
        button("Side by side", () => this.set({ spread: 100 })),
      ),
      h(
        "div",
        { class: "w-after" },
        this.products.element,
        h("div", { class: "w-two" }, this.sums.element, result.element),
        this.places.element,
        h("div", { class: "w-options" }, this.pick.element),
      ),
    );
    return h("div", {}, ask, this.stage);
  }

  async load() {
    const { hand } = await Widget.data();
    this.A = fromLists(hand.image);
    this.filters = fromLists(hand.filters);
  }

  where() {
    return `row ${Math.floor(this.state.k / 7)}, column ${this.state.k % 7}`;
  }

  visit(k, done) {
    this.set({ k, done, seen: done === 12 ? Math.max(this.state.seen, k) : this.state.seen });
    const place = this.place();
    if (done === 0) return this.say(`${this.where()}: nothing is added yet.`);
    if (done === 12)
      return this.say(
        `${this.where()}: ${place.sums.map((s) => written(s)).join(", ")} from red, ` +
          `green and blue; together ${written(place.total)}.`,
      );
    const q = done - 1;
    const running = place.products.data.slice(0, done).reduce((a, b) => a + b, 0);
    this.say(
      `${channelWords(3)[Math.floor(q / 4)]}: ${written(place.patch.data[q])} times ` +
        `${written(this.W.data[q])} is ${written(place.products.data[q])}. ` +
        `Sum so far ${written(running)}.`,
    );
  }

  place() {
    return atPlace(this.A, this.W, Math.floor(this.state.k / 7), this.state.k % 7);
  }

  update() {
    const { k, done, filter, spread, seen, shown } = this.state;
    this.W = last(this.filters, filter - 1);
    const map = conv2d(this.A, this.W);
    const [i, j] = [Math.floor(k / 7), k % 7];
    const place = this.place();
    const q = done - 1; // the product that was just made
    const [p, m, n] = [Math.floor(q / 4), Math.floor((q % 4) / 2), q % 2];
    this.imageScene.update({
      values: (channel, cell) => this.A.data[cell * 3 + channel],
      place: [i, j],
      size: [2, 2],
      spread: spread / 100,
      now: q >= 0 && { p, k: (i + m) * 8 + j + n },
      done: Math.ceil(done / 4),
      label:
        "The image as three sheets of 6 by 8 numbers, red in front. " +
        `The little box lies on ${this.where()} and reaches through all three.`,
    });
    this.filterScene.update({
      values: (channel, cell) => first(this.W, channel).data[cell],
      place: [0, 0],
      size: [2, 2],
      spread: spread / 100,
      now: q >= 0 && { p, k: m * 2 + n },
      done: 3,
      label: "The little box: three sheets of 2 by 2 weights.",
    });
    this.sums.update(place, this.W, done);
    this.result.update(
      5,
      7,
      (r, c) => {
        const at = r * 7 + c;
        const known = shown && (at <= seen || (at === k && done === 12));
        return {
          text: known ? written(map.data[at]) : "",
          name: known ? undefined : "not visited yet",
          ...(known ? tint("result", map.data[at] / 30) : {}),
          mark: at === k ? "is-now" : "",
        };
      },
      [i, j],
    );
    this.spread.value = spread;
    this.spread.setAttribute("aria-valuetext", `${spread} percent`);
    this.pick.update();
    this.products.update();
    this.places.update();
  }
}

define("box-stepper", BoxStepper);

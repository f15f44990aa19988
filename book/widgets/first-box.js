// The first page: a picture, a box of twelve numbers, and how many numbers come out of one place.
import { Widget, define } from "./base.js";
import { shade, tint } from "./colors.js";
import { player } from "./controls.js";
import { button, h } from "./dom.js";
import { frame, framed, grid, labeled } from "./grid.js";
import { conv2d, first, fromLists, last, range, toLists, written } from "./numbers.js";
import { prediction } from "./prediction.js";
import { atPlace, channelMark, sumsTable } from "./places.js";

export function compute({ image, filter, i = 0, j = 0 }) {
  const [A, W] = [fromLists(image), fromLists(filter)];
  const place = atPlace(A, W, i, j);
  return {
    products: toLists(place.products),
    sums: place.sums,
    total: place.total,
    map: toLists(conv2d(A, W)),
  };
}

const STEPS = [
  "The box lies on the place.",
  "Twelve products.",
  "Three sums, one for each channel.",
  "One number.",
];

class FirstBox extends Widget {
  static defaults = { i: 1, j: 4, step: 0, all: false };

  clean(state) {
    const whole = (v, most) => Math.min(most, Math.max(0, Math.round(v)));
    return { ...state, i: whole(state.i, 4), j: whole(state.j, 6), step: whole(state.step, 3) };
  }

  build() {
    const ask = prediction(this, {
      id: "how-many",
      question:
        "Multiply the twelve numbers with the numbers below them, and add. " +
        "How many numbers come out of this one place?",
      answers: [
        {
          label: "1",
          right: true,
          why: "Twelve products are added to one number. Step through it.",
        },
        {
          label: "3",
          why: "Red, green and blue each have a sum on the way. Then these three are added, too.",
        },
        { label: "12", why: "Twelve products are made, but “and add” leaves one number of them." },
      ],
      reveal: () => this.set({ step: 0 }),
    });
    this.picture = grid({ label: "the picture, 6 by 8 pixels in color", kind: "image" });
    this.frame = frame();
    this.sums = sumsTable(3);
    this.steps = player(this, {
      name: "Step",
      count: () => 4,
      at: () => this.state.step,
      go: (step) =>
        this.set(
          { step },
          `${STEPS[step]} ${step === 3 ? `It is ${written(this.place().total)}.` : ""}`,
        ),
      tell: () => STEPS[this.state.step],
      pace: 1400,
    });
    this.result = grid({
      label: "the map: choose a place",
      kind: "result",
      pick: (i, j) => this.move(i, j),
    });
    this.resultPart = labeled(this.result.element, "map", "result");
    const picture = labeled(framed(this.picture.element, this.frame), "picture", "image");
    picture.shape.textContent = "6 × 8 × 3";
    this.resultPart.shape.textContent = "5 × 7: no color left";
    this.twelve = range(3).map(() => grid({ label: "weights", kind: "small" }));
    const twelve = h(
      "div",
      { class: "w-row", role: "group", "aria-label": "the box of twelve numbers" },
      this.twelve.map((part, p) =>
        h("div", { class: "w-sheet" }, channelMark(p, "RGB"[p]), part.element),
      ),
    );
    this.stage.append(
      h(
        "div",
        { class: "w-row" },
        picture.element,
        labeled(twelve, "box of 12 numbers", "filters").element,
      ),
      h(
        "div",
        { class: "w-after" },
        this.steps.element,
        h(
          "div",
          { class: "w-two" },
          this.sums.element,
          h(
            "div",
            {},
            h("p", {}, "Move the box: choose a place, by click or arrow keys."),
            this.resultPart.element,
            h(
              "div",
              { class: "w-options" },
              button("Fill the whole map", () =>
                this.set({ all: true, step: 3 }, "35 places, 35 numbers: a whole map."),
              ),
            ),
          ),
        ),
      ),
    );
    return h("div", {}, ask, this.stage);
  }

  async load() {
    const { hand } = await Widget.data();
    this.image = fromLists(hand.image);
    this.filter = last(fromLists(hand.filters), 0);
    this.map = conv2d(this.image, this.filter);
    this.seen = new Set();
  }

  place() {
    return atPlace(this.image, this.filter, this.state.i, this.state.j);
  }

  move(i, j) {
    this.set({ i, j, step: 3 });
    this.say(`Row ${i}, column ${j}: the number is ${written(this.place().total)}.`);
  }

  update() {
    const { i, j, step, all, shown } = this.state;
    this.picture.update(6, 8, (r, c) => {
      const [red, green, blue] = range(3).map((p) => this.image.data[(r * 8 + c) * 3 + p] / 9);
      return { ...shade(red, green, blue) };
    });
    this.frame.update(i, j, 2, 2);
    this.twelve.forEach((part, p) => {
      const plane = first(this.filter, p).data;
      part.update(2, 2, (m, n) => ({ text: written(plane[m * 2 + n]), ...tint("filters", 0.4) }));
    });
    this.sums.update(this.place(), this.filter, step === 0 ? 0 : 12, false);
    this.sums.element.dataset.step = step;
    if (step === 3) this.seen.add(i * 7 + j);
    if (!shown) this.seen.clear();
    this.result.update(
      5,
      7,
      (r, c) => {
        const known = all || this.seen.has(r * 7 + c);
        const value = this.map.data[r * 7 + c];
        const now = r === i && c === j;
        return {
          text: known ? written(value) : "",
          name: known ? undefined : "not visited",
          ...(known ? tint("result", value / 20) : {}),
          mark: now ? "is-now" : "",
        };
      },
      [i, j],
    );
    this.steps.update();
  }
}

define("first-box", FirstBox);

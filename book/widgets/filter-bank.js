// Chapter 4: many filters, many maps, on the portrait or on your own picture.
import { Widget, define } from "./base.js";
import { choice } from "./controls.js";
import { h, setText } from "./dom.js";
import { conv2d, fromLists, last, range, tensor, toLists, written } from "./numbers.js";
import { prediction } from "./prediction.js";
import { ownPicture, paintColor, paintMap, portrait, spreadOf } from "./photo.js";

export function compute({ image, filters }) {
  return { maps: toLists(conv2d(fromLists(image), fromLists(filters))) };
}

// Name, weight of each channel, 3 × 3 pattern: a filter is their product.
/** @type {[name: string, channels: number[], pattern: number[]][]} */
const BANK = [
  ["upright edges", [1, 1, 1], [-1, 0, 1, -2, 0, 2, -1, 0, 1]],
  ["level edges", [1, 1, 1], [-1, -2, -1, 0, 0, 0, 1, 2, 1]],
  ["red, not green or blue", [1, -0.5, -0.5], [1, 1, 1, 1, 1, 1, 1, 1, 1]],
  ["blue, not red or green", [-0.5, -0.5, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1]],
  ["where red ends", [1, -0.5, -0.5], [1, 0, -1, 2, 0, -2, 1, 0, -1]],
  ["spots", [1, 1, 1], [-1, -1, -1, -1, 8, -1, -1, -1, -1]],
];
const filters = tensor([3, 3, 3, BANK.length]);
BANK.forEach(([, channels, pattern], c) =>
  range(27).forEach((k) => {
    filters.data[k * BANK.length + c] = channels[Math.floor(k / 9)] * pattern[k % 9];
  }),
);

class FilterBank extends Widget {
  static defaults = { count: 6 };

  clean(state) {
    return { ...state, count: Math.min(6, Math.max(1, Math.round(state.count))) };
  }

  build() {
    const ask = prediction(this, {
      id: "bank",
      question: "Six filters of 3 × 3 × 3 visit a color photograph. How many maps are there?",
      answers: [
        {
          label: "18",
          why: "Three for each filter would keep the channels apart. Each filter adds over them.",
        },
        {
          label: "6",
          right: true,
          why: "One filter, one map. Stacked, they are a box again: H × W × 6.",
        },
        {
          label: "1",
          why:
            "One filter gives one map. Six filters look for six things, " +
            "and nothing adds their answers.",
        },
      ],
    });
    this.photo = h("canvas", { role: "img", "aria-label": "the picture", style: "width:180px" });
    this.maps = BANK.map(([name]) => {
      const canvas = h("canvas", {
        role: "img",
        "aria-label": `map: ${name}`,
        style: "width:150px",
      });
      return {
        canvas,
        element: h("figure", { class: "w-map" }, canvas, h("figcaption", {}, name)),
      };
    });
    this.pick = choice(
      "Number of filters",
      range(6).map((k) => [k + 1, String(k + 1)]),
      () => this.state.count,
      (text) =>
        this.set(
          { count: Number(text) },
          `${text} filters, ${text} ${text === "1" ? "map" : "maps"}.`,
        ),
    );
    this.shape = h("p", { class: "w-sumline" });
    const own = ownPicture({
      most: 192,
      take: (image, name) => {
        this.image = image;
        this.refresh();
        this.say(`${name}: ${image.shape.join(" × ")}.`);
      },
      say: (text) => this.say(text),
      usual: {
        label: "The portrait",
        take: async () => {
          this.image = await portrait();
          this.set({}, "Grace Hopper’s portrait.");
        },
      },
    });
    this.stops.push(own.close);
    this.stage.append(
      this.photo,
      h(
        "div",
        { class: "w-after" },
        own.element,
        h("div", { class: "w-options" }, this.pick.element),
        this.shape,
        h(
          "div",
          { class: "w-row" },
          this.maps.map((map) => map.element),
        ),
      ),
    );
    return h("div", {}, ask, this.stage);
  }

  async load() {
    this.image = await portrait();
  }

  update() {
    paintColor(this.photo, this.image);
    if (this.of !== this.image) {
      this.of = this.image;
      this.result = conv2d(this.image, filters);
      this.maps.forEach(({ canvas }, c) => {
        const map = last(this.result, c);
        const { middle, reach } = spreadOf(map.data);
        paintMap(canvas, map, middle, reach);
      });
    }
    const { count } = this.state;
    this.maps.forEach(({ element }, c) => element.classList.toggle("w-hidden", c >= count));
    const [rows, columns] = this.result.shape;
    setText(
      this.shape,
      `${this.image.shape.join(" × ")} ⋆ (3, 3, 3, ` +
        `${count}) → ${rows} × ${columns} × ${count}: ${written(rows * columns * count)} numbers.`,
    );
    this.pick.update();
  }
}

define("filter-bank", FilterBank);

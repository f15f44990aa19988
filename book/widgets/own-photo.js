// The first page, minute 3: the same twelve numbers on a photograph, the portrait or your own.
import { Widget, define } from "./base.js";
import { choice } from "./controls.js";
import { h, setText } from "./dom.js";
import { labeled } from "./grid.js";
import { conv2d, fromLists, last, toLists, written } from "./numbers.js";
import { prediction } from "./prediction.js";
import { ownPicture, paintColor, paintMap, portrait, spreadOf } from "./photo.js";

export function compute({ image, filter }) {
  return { map: toLists(conv2d(fromLists(image), fromLists(filter))) };
}

class OwnPhoto extends Widget {
  static defaults = { filter: 1 };

  clean(state) {
    return { ...state, filter: Math.min(4, Math.max(1, Math.round(state.filter))) };
  }

  build() {
    const ask = prediction(this, {
      id: "bright-line",
      question:
        "The box looks for red on its left and none on its right. " +
        "Where in the portrait will its map be brightest?",
      answers: [
        {
          label: "Where something red begins",
          why: "There red is on the right of the box: the answer is low, a dark line.",
        },
        {
          label: "Where something red ends",
          right: true,
          why: "Red on the left, none on the right: follow the right edges of the flag’s stripes.",
        },
        {
          label: "Where the picture is brightest",
          why:
            "Even white answers below zero: green and blue take away more than red adds. " +
            "Bright is not what the box looks for.",
        },
      ],
    });
    this.canvas = h("canvas", {
      role: "img",
      "aria-label": "the photograph",
      style: "width:240px",
    });
    this.mapCanvas = h("canvas", { role: "img", "aria-label": "its map", style: "width:240px" });
    this.pick = choice(
      "Box of numbers",
      [1, 2, 3, 4].map((n) => [n, `number ${n}`]),
      () => this.state.filter,
      (text) => this.set({ filter: Number(text) }, `Box number ${text}.`),
    );
    const usual = async () => this.take(await portrait(), "Grace Hopper’s portrait");
    const own = ownPicture({
      take: (...picture) => this.take(...picture),
      say: (text) => this.say(text),
      usual: { label: "The portrait", take: usual },
    });
    this.stops.push(own.close);
    const photo = labeled(this.canvas, "photograph", "image");
    const map = labeled(this.mapCanvas, "map", "result");
    this.shapes = [photo.shape, map.shape];
    this.stage.append(
      h("div", { class: "w-row" }, photo.element, h("div", { class: "w-after" }, map.element)),
      h(
        "div",
        { class: "w-after" },
        h("div", { class: "w-options" }, this.pick.element),
        own.element,
      ),
    );
    return h("div", {}, ask, this.stage);
  }

  async load() {
    const { hand } = await Widget.data();
    this.filters = fromLists(hand.filters);
    this.image = await portrait();
  }

  take(image, name) {
    this.image = image;
    this.refresh();
    this.say(
      `${name}: ${image.shape[0]} × ${image.shape[1]} pixels; ` +
        `${written(this.map.data.length)} places, ${written(this.map.data.length)} numbers.`,
    );
  }

  update() {
    this.map = conv2d(this.image, last(this.filters, this.state.filter - 1));
    const { middle, reach } = spreadOf(this.map.data);
    paintColor(this.canvas, this.image);
    paintMap(this.mapCanvas, this.map, middle, reach);
    this.shapes.forEach((shape, k) =>
      setText(shape, (k ? this.map : this.image).shape.join(" × ")),
    );
    this.pick.update();
  }
}

define("own-photo", OwnPhoto);

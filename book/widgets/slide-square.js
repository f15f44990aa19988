// Chapter 1: a square of weights slides over a gray picture. Step, scrub, edit, pad, flip.
import { Widget, define } from "./base.js";
import { shade, tint } from "./colors.js";
import { choice, fields, player } from "./controls.js";
import { freshId, h, setText } from "./dom.js";
import { frame, framed, grid, labeled } from "./grid.js";
import {
  bracketed,
  conv2d,
  first,
  flip,
  fromLists,
  last,
  pad,
  padAmounts,
  range,
  tensor,
  toLists,
  written,
} from "./numbers.js";
import { prediction } from "./prediction.js";
import { typedNumber } from "./typed.js";

export function compute({ image, square, padding = "valid", flipped = false }) {
  const W = fromLists(square);
  return toLists(conv2d(fromLists(image), flipped ? flip(W) : W, { padding }));
}

// Squares to begin with; the first is the one the chapter computes by hand.
/** @type {Record<string, [name: string, weights: number[] | null]>} */
const SQUARES = {
  hand: ["by hand, 2 × 2", null],
  mean: ["mean of four", [0.25, 0.25, 0.25, 0.25]],
  upright: ["upright edges, 3 × 3", [-1, 0, 1, -2, 0, 2, -1, 0, 1]],
  level: ["level edges, 3 × 3", [-1, -2, -1, 0, 0, 0, 1, 2, 1]],
  corner: ["not symmetric, 3 × 3", [1, 2, 0, 0, 1, 0, 0, 0, -1]],
};
const PICTURES = {
  hand: "the red channel, by hand",
  step: "dark left, bright right",
  dot: "one bright pixel",
};

class SlideSquare extends Widget {
  static defaults = {
    k: 0,
    seen: 0,
    square: "hand",
    picture: "hand",
    padding: "valid",
    flipped: false,
    weights: [0],
  };

  clean(state) {
    const known = (table, name, usual) => (Object.hasOwn(table, name) ? name : usual);
    const square = known(SQUARES, state.square, "hand");
    const count = square === "hand" || square === "mean" ? 4 : 9;
    // Weights that do not fit the square stand for "as they come".
    const weights = state.weights.length === count ? state.weights : [0];
    return {
      ...state,
      square,
      weights,
      picture: known(PICTURES, state.picture, "hand"),
      padding: known({ valid: 1, same: 1, full: 1 }, state.padding, "valid"),
      k: Math.max(0, Math.round(state.k)),
      seen: Math.max(0, Math.round(state.seen)),
    };
  }

  build() {
    const ask = prediction(this, {
      id: "map-size",
      question:
        "The picture has 6 rows and 8 columns. The 2 × 2 square may not leave it. " +
        "How large is the map?",
      answers: [
        {
          label: "6 × 8",
          why:
            "Then the square would stick out at the right and at the bottom. " +
            "Step to the end of the first row and count.",
        },
        {
          label: "5 × 7",
          right: true,
          why:
            "In a row of 8, the left edge of the square can stand on columns 0 to 6: " +
            "seven places. The same with rows: five.",
        },
        {
          label: "3 × 4",
          why:
            "That is a square which jumps by its own width. It moves by one pixel, " +
            "and its places overlap.",
        },
        {
          label: "4 × 6",
          why:
            "One place too few in each direction: 8 − 2 + 1 is 7. " +
            "The + 1 is the place where it starts.",
        },
      ],
    });
    this.image = grid({ label: "the picture", kind: "image" });
    this.frame = frame();
    this.picturePart = labeled(framed(this.image.element, this.frame), "image A", "image");
    this.fieldsPlace = h("div");
    this.squarePart = labeled(this.fieldsPlace, "square W", "filters");
    this.result = grid({
      label: "the map: choose a place",
      kind: "result",
      pick: (i, j) => this.go(i * this.map.shape[1] + j),
    });
    this.resultPart = labeled(this.result.element, "map B", "result");
    this.line = h("p", { class: "w-sumline" });
    this.player = player(this, {
      name: "Place",
      count: () => this.map?.data.length ?? 1,
      at: () => this.state.k,
      go: (k) => this.go(k),
      tell: () => this.where(),
    });
    this.choices = [
      choice(
        "Square",
        Object.entries(SQUARES).map(([name, [text]]) => [name, text]),
        () => this.state.square,
        (square) =>
          this.set(
            { square, weights: [0], k: 0, seen: 0 },
            `The square is now: ${SQUARES[square][0]}.`,
          ),
      ),
      choice(
        "Picture",
        Object.entries(PICTURES),
        () => this.state.picture,
        (picture) =>
          this.set({ picture, k: 0, seen: 0 }, `The picture is now: ${PICTURES[picture]}.`),
      ),
      choice(
        "At the border",
        [
          ["valid", "stay inside (valid)"],
          ["same", "as large as the image (same)"],
          ["full", "every touch (full)"],
        ],
        () => this.state.padding,
        (padding) => this.set({ padding, k: 0, seen: 0 }, ""),
      ),
    ];
    const id = freshId();
    this.flipBox = h("input", {
      type: "checkbox",
      id,
      onchange: () =>
        this.set(
          { flipped: this.flipBox.checked },
          this.flipBox.checked
            ? "The square is turned by half a turn first: a convolution ∗."
            : "The square lies as it is: a cross-correlation ⋆.",
        ),
    });
    this.stage.append(
      h(
        "div",
        { class: "w-row" },
        this.picturePart.element,
        h("span", { class: "w-sign", "aria-hidden": "true" }, "⋆"),
        this.squarePart.element,
      ),
      h(
        "div",
        { class: "w-after" },
        this.line,
        this.resultPart.element,
        this.player.element,
        this.nextNumber(),
        h(
          "div",
          { class: "w-options" },
          this.choices.map((c) => c.element),
          h("label", { class: "w-check", for: id }, this.flipBox, "flip the square first"),
        ),
      ),
    );
    return h("div", {}, ask, this.stage);
  }

  async load() {
    const { hand } = await Widget.data();
    this.hand = {
      image: last(fromLists(hand.image), 0),
      square: first(last(fromLists(hand.filters), 0), 0),
    };
  }

  // "Which number comes next?", as often as the reader likes.
  nextNumber() {
    const id = freshId();
    const box = h("input", {
      type: "text",
      inputmode: "numeric",
      id,
      size: 6,
      autocomplete: "off",
    });
    const check = () => {
      const next = this.state.k + 1;
      if (next >= this.map.data.length)
        return this.say("This is the last place. Go back to the start and try from there.");
      const said = typedNumber(box.value);
      if (Number.isNaN(said)) return this.say("Type a number first.");
      const right = this.map.data[next];
      const yes = Math.abs(said - right) < 0.005;
      box.value = "";
      this.go(next);
      this.say(
        yes
          ? `Yes, ${written(right)}.`
          : `You said ${written(said)}; it is ${written(right)}. The sum above shows why.`,
      );
    };
    box.addEventListener("keydown", (event) => event.key === "Enter" && check());
    return h(
      "div",
      { class: "w-answers" },
      h("label", { for: id }, "Predict the next place’s number:"),
      box,
      h("button", { type: "button", class: "w-button", onclick: check }, "Check"),
    );
  }

  go(k) {
    this.set({ k, seen: Math.max(k, this.state.seen) });
    this.say(`${this.where()}: the sum is ${written(this.map.data[this.state.k])}.`);
  }

  where() {
    const columns = this.map?.shape[1] ?? 1;
    return `row ${Math.floor(this.state.k / columns)}, column ${this.state.k % columns}`;
  }

  arrays() {
    const { square, picture, weights } = this.state;
    const own = SQUARES[square][1];
    const data = weights.length > 1 ? weights : (own ?? this.hand.square.data);
    const K = Math.sqrt(data.length);
    const image =
      picture === "hand"
        ? this.hand.image
        : tensor(
            [6, 8],
            range(48).map((k) => (picture === "step" ? (k % 8 < 4 ? 1 : 8) : k === 27 ? 9 : 0)),
          );
    return { image, W: tensor([K, K], data) };
  }

  // Fields are made again only when their number changes, so that typing keeps its place.
  weightFields(W) {
    const K = W.shape[0];
    if (this.fieldsOf === K) return;
    this.fieldsOf = K;
    this.fields = fields({
      label: "the weights of the square",
      columns: K,
      names: range(K * K).map((k) => `weight in row ${Math.floor(k / K)}, column ${k % K}`),
      get: (k) => this.arrays().W.data[k],
      set: (k, value) => {
        const changed = Array.from(this.arrays().W.data);
        changed[k] = value;
        this.set({ weights: changed });
      },
    });
    this.fieldsPlace.replaceChildren(this.fields.element);
  }

  update() {
    const { padding, flipped, shown } = this.state;
    const { image, W } = this.arrays();
    const used = flipped ? flip(W) : W;
    const K = W.shape[0];
    const [above, left] = image.shape.map((size) => padAmounts(size, K, { padding }));
    const padded = pad(tensor([...image.shape, 1], image.data), above, left);
    const [rows, columns] = padded.shape;
    this.map = conv2d(image, used, { padding });
    const most = this.map.data.length - 1;
    const k = (this.state.k = Math.min(this.state.k, most));
    const [i, j] = [Math.floor(k / this.map.shape[1]), k % this.map.shape[1]];
    this.weightFields(W);
    this.fields.update();
    const inside = (r, c) => r >= above[0] && r < above[0] + 6 && c >= left[0] && c < left[0] + 8;
    this.image.update(rows, columns, (r, c) => {
      const value = padded.data[r * columns + c];
      if (!inside(r, c)) return { text: "0", mark: "is-pad" };
      return { text: written(value), ...shade(value / 9) };
    });
    this.frame.update(i, j, K, K);
    const reach = Math.max(1e-9, ...this.map.data.map(Math.abs));
    this.result.update(
      this.map.shape[0],
      this.map.shape[1],
      (r, c) => {
        const at = r * this.map.shape[1] + c;
        const known = shown && at <= Math.max(k, this.state.seen);
        return {
          text: known ? written(this.map.data[at], 1) : "",
          name: known ? undefined : "not visited yet",
          ...(known ? tint("result", this.map.data[at] / reach) : {}),
          mark: at === k ? "is-now" : "",
        };
      },
      [i, j],
    );
    const products = range(K * K).map((q) => {
      const pixel = padded.data[(i + Math.floor(q / K)) * columns + j + (q % K)];
      return `${written(pixel)}·${bracketed(used.data[q])}`;
    });
    setText(this.line, `${products.join(" + ")} = ${written(this.map.data[k])}`);
    setText(
      this.picturePart.shape,
      padding === "valid" ? "6 × 8" : `6 × 8, with zeros ${rows} × ${columns}`,
    );
    setText(this.squarePart.shape, `${K} × ${K}${flipped ? ", flipped before use" : ""}`);
    setText(this.resultPart.shape, this.map.shape.join(" × "));
    this.flipBox.checked = flipped;
    this.choices.forEach((c) => c.update());
    this.player.update();
  }
}

define("slide-square", SlideSquare);

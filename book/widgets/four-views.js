// Chapter 12: one place, one number, four ways to look at it.
import { Widget, define } from "./base.js";
import { shade, tint } from "./colors.js";
import { choice } from "./controls.js";
import { h, setText } from "./dom.js";
import { frame, framed, grid, labeled } from "./grid.js";
import { conv2d, fromLists, last, range, toLists, whole, written } from "./numbers.js";
import { prediction } from "./prediction.js";
import { im2col } from "./index-explorer.js";

// The same number four times, each time computed in that view's own way.
export function compute({ image, filters, i, j, c }) {
  const [A, W] = [fromLists(image), fromLists(filters)];
  const [, width, C1] = A.shape;
  const [, K, L, C2] = W.shape;
  const all = conv2d(A, W);
  const columns = all.shape[1];
  // A whole picture is changed; this is one pixel of it.
  const modifier = all.data[(i * columns + j) * C2 + c];
  const norm = (v) => Math.hypot(...v);
  const patch = range(C1 * K * L).map((k) => {
    const [p, m, n] = [Math.floor(k / (K * L)), Math.floor((k % (K * L)) / L), k % L];
    return A.data[((i + m) * width + j + n) * C1 + p];
  });
  const pattern = Array.from(last(W, c).data);
  const cosine =
    patch.reduce((s, v, k) => s + v * pattern[k], 0) / (norm(patch) * norm(pattern) || 1);
  const finder = norm(patch) * norm(pattern) * cosine; // length · length · agreement
  const rows = im2col(A, K, L);
  const size = C1 * K * L;
  const at = (i * columns + j) * size;
  const matrix = range(size).reduce((s, k) => s + rows.data[at + k] * W.data[k * C2 + c], 0);
  // A layer: vectors of C1 features come in, one of C2 features goes out; every offset adds its
  // part.
  const features = range(C2).map((q) =>
    range(K * L).reduce(
      (s, o) =>
        s +
        range(C1).reduce(
          (t, p) =>
            t +
            A.data[((i + Math.floor(o / L)) * width + j + (o % L)) * C1 + p] *
              W.data[(p * K * L + o) * C2 + q],
          0,
        ),
      0,
    ),
  );
  return {
    modifier,
    finder,
    matrix,
    layer: features[c],
    cosine,
    patch,
    features,
    map: toLists(last(all, c)),
  };
}

class FourViews extends Widget {
  static defaults = { i: 1, j: 4, c: 0 };

  clean(state) {
    return { ...state, i: whole(state.i, 0, 4), j: whole(state.j, 0, 6), c: whole(state.c, 0, 3) };
  }

  build() {
    const ask = prediction(this, {
      id: "same-number",
      question:
        "An image modifier, a pattern finder, a matrix product and a layer look at one place. " +
        "How many different numbers do the four give?",
      answers: [
        {
          label: "1",
          right: true,
          why: "They are four ways to say one sum. Choose any place and compare.",
        },
        {
          label: "2",
          why:
            "One might think that finding a pattern is something else than changing an " +
            "image. It is the same sum, read in another mood.",
        },
        { label: "4", why: "Four descriptions, one operation: choose a place and compare." },
      ],
    });
    this.image = grid({ label: "the picture", kind: "image" });
    this.frame = frame();
    this.map = grid({
      label: "the map: choose a place",
      kind: "result",
      pick: (i, j) => {
        this.set({ i, j });
        this.say(`Row ${i}, column ${j}: four times ${written(this.found.modifier)}.`);
      },
    });
    this.pick = choice(
      "Filter",
      range(4).map((c) => [c, `number ${c + 1}`]),
      () => this.state.c,
      (c) => {
        this.set({ c: Number(c) });
        this.say(`Filter ${Number(c) + 1}: four times ${written(this.found.modifier)}.`);
      },
    );
    const titles = {
      modifier: "Image modifier",
      finder: "Pattern finder",
      matrix: "Matrix with shared weights",
      layer: "Feature transformer",
    };
    this.views = Object.entries(titles).map(([name, title]) => {
      const [words, value] = [h("p", {}), h("b")];
      return {
        name,
        words,
        value,
        element: h(
          "li",
          {},
          h("p", { class: "w-viewtitle" }, title),
          words,
          h("p", { class: "w-total" }, value),
        ),
      };
    });
    const parts = [
      labeled(framed(this.image.element, this.frame), "image A", "image"),
      labeled(this.map.element, "map", "result"),
    ];
    ["6 × 8 × 3", "5 × 7"].forEach((text, k) => setText(parts[k].shape, text));
    this.stage.append(
      h(
        "div",
        { class: "w-after" },
        h(
          "div",
          { class: "w-row" },
          parts.map((part) => part.element),
        ),
        h("div", { class: "w-options" }, this.pick.element),
        h(
          "ul",
          { class: "w-four" },
          this.views.map((view) => view.element),
        ),
      ),
    );
    return h("div", {}, ask, this.stage);
  }

  async load() {
    const { hand } = await Widget.data();
    this.arrays = { image: hand.image, filters: hand.filters };
  }

  update() {
    const { i, j, c } = this.state;
    const found = (this.found = compute({ ...this.arrays, i, j, c }));
    const { image } = this.arrays;
    this.image.update(6, 8, (r, q) => {
      const [red, green, blue] = image[r][q];
      return shade(red / 9, green / 9, blue / 9);
    });
    this.frame.update(i, j, 2, 2);
    this.map.update(
      5,
      7,
      (r, q) => ({
        text: written(found.map[r][q]),
        ...tint("result", found.map[r][q] / 30),
        mark: r === i && q === j ? "is-now" : "",
      }),
      [i, j],
    );
    const words = {
      modifier:
        "A picture goes in, a changed picture comes out. " + `Its pixel in row ${i}, column ${j}:`,
      finder:
        `How much does the patch agree with the filter? Cosine ${written(found.cosine)}, ` +
        "times both lengths:",
      matrix:
        `Row ${i * 7 + j} of 35 holds the patch, 12 numbers. ` +
        `Times column ${c} of the weights:`,
      layer:
        "Four features leave this place: " +
        `${found.features.map((v) => written(v)).join(", ")}. Feature ${c}:`,
    };
    this.views.forEach(({ name, words: text, value }) => {
      setText(text, words[name]);
      setText(value, written(found[name]));
    });
    this.pick.update();
  }
}

define("four-views", FourViews);

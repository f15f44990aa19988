// Chapter 8: a lesson at one place. What do shared weights make of it, what do own weights?
import { Widget, define } from "./base.js";
import { tint } from "./colors.js";
import { button, h, setText } from "./dom.js";
import { grid, labeled } from "./grid.js";
import { fromLists, range, written } from "./numbers.js";
import { prediction } from "./prediction.js";

const RIDGE = 0.01; // of all weights that fit the lessons equally well, the smallest

// The solution x of A x = b; A is symmetric and positive, so no pivot is needed.
function solve(A, b) {
  const n = b.length;
  const rows = A.map((row, k) => [...row, b[k]]);
  for (let k = 0; k < n; k++)
    for (let r = k + 1; r < n; r++) {
      const factor = rows[r][k] / rows[k][k];
      for (let q = k; q <= n; q++) rows[r][q] -= factor * rows[k][q];
    }
  const x = Array(n).fill(0);
  for (let k = n - 1; k >= 0; k--)
    x[k] =
      (rows[k][n] - range(n).reduce((sum, q) => sum + (q > k ? rows[k][q] * x[q] : 0), 0)) /
      rows[k][k];
  return x;
}

// The weights whose answers come nearest to the wishes: least squares.
function best(seen, wished) {
  const n = seen[0].length;
  const A = range(n).map((a) =>
    range(n).map((b) => seen.reduce((sum, x) => sum + x[a] * x[b], a === b ? RIDGE : 0)),
  );
  return solve(
    A,
    range(n).map((a) => seen.reduce((sum, x, k) => sum + x[a] * wished[k], 0)),
  );
}

// What place q sees of a picture that is empty but for the pattern at place p: (K·L,).
function window(shape, pattern, columns, p, q) {
  const [K, L] = shape;
  const down = Math.floor(q / columns) - Math.floor(p / columns);
  const right = (q % columns) - (p % columns);
  return range(K * L).map((k) => {
    const [m, n] = [Math.floor(k / L) + down, (k % L) + right];
    return m >= 0 && m < K && n >= 0 && n < L ? pattern[m * L + n] : 0;
  });
}

// pattern (K, L), map [rows, columns], lessons: places where the pattern was shown.
export function compute({ pattern, map, lessons }) {
  const { shape, data } = fromLists(pattern);
  const [rows, columns] = map;
  const places = range(rows * columns);
  const sees = (p, q) => window(shape, data, columns, p, q);
  const seen = places.map((q) => lessons.map((p) => sees(p, q)));
  const wished = places.map((q) => lessons.map((p) => (p === q ? 1 : 0)));
  const shared = best(seen.flat(), wished.flat());
  const own = places.map((q) => best(seen[q], wished[q]));
  const dot = (w, x) => w.reduce((sum, v, k) => sum + v * x[k], 0);
  const result = (weights) => {
    const answers = places.map((p) => places.map((q) => dot(weights(q), sees(p, q))));
    // Found: the place of the pattern answers, and no other place answers as loudly.
    const found = places.map(
      (p) => answers[p][p] > 0.1 && answers[p].every((v, q) => q === p || v < answers[p][p] - 1e-9),
    );
    return { there: places.map((p) => answers[p][p]), found };
  };
  return { filter: shared, shared: result(() => shared), own: result((q) => own[q]) };
}

const PATTERN = [
  [1, 1, 1],
  [1, 0, 1],
  [1, 1, 1],
];
const [ROWS, COLUMNS] = [4, 6];

class TwoLessons extends Widget {
  static defaults = { lessons: [7] };

  clean(state) {
    const good = [...new Set(state.lessons)].filter(
      (p) => Number.isInteger(p) && p >= 0 && p < ROWS * COLUMNS,
    );
    return { ...state, lessons: good.length ? good : TwoLessons.defaults.lessons };
  }

  build() {
    const ask = prediction(this, {
      id: "one-lesson",
      question:
        "Two layers have seen a ring once, at one of 24 places. One shares its weights, " +
        "the other has own weights at each place. At how many places will they find a ring now?",
      answers: [
        {
          label: "24 and 24",
          why: "The own weights at the other places have not seen a ring. Nobody told them.",
        },
        {
          label: "24 and 1",
          right: true,
          why:
            "The shared weights are the same everywhere, so everyone has had the lesson. " +
            "Of the own weights, one set has.",
        },
        {
          label: "1 and 1",
          why:
            "Shared weights do not know where they learned something. " +
            "There is only one set, and it slides.",
        },
      ],
    });
    this.places = grid({
      label: "lessons: choose a place to show the ring there, or to take the lesson back",
      kind: "image",
      quiet: true,
      pick: (i, j) => this.toggle(i * COLUMNS + j),
    });
    const map = (label) => grid({ label, kind: "result" });
    this.maps = {
      shared: map("answers with shared weights"),
      own: map("answers with own weights"),
    };
    this.ring = grid({ label: "the ring, 3 by 3 pixels", kind: "image" });
    this.line = h("p", { class: "w-sumline" });
    const parts = [
      labeled(this.places.element, "lessons", "image"),
      labeled(this.ring.element, "ring", "image"),
      labeled(this.maps.shared.element, "shared", "result"),
      labeled(this.maps.own.element, "own", "result"),
    ];
    ["4 × 6 places", "3 × 3", "9 weights", "24 · 9 weights"].forEach((text, k) =>
      setText(parts[k].shape, text),
    );
    const row = (some) =>
      h(
        "div",
        { class: "w-row" },
        some.map((part) => part.element),
      );
    const all = button("A lesson at every place", () => this.teach(range(ROWS * COLUMNS)));
    this.stage.append(
      h(
        "div",
        { class: "w-after" },
        h(
          "p",
          {},
          "Choose places for lessons. Each map shows what a place answers to a ring that lies " +
            "just there; a tick means that the ring is found.",
        ),
        row(parts.slice(0, 2)),
        row(parts.slice(2)),
        this.line,
        h("div", { class: "w-buttons" }, all),
      ),
    );
    return h("div", {}, ask, this.stage);
  }

  toggle(place) {
    const { lessons } = this.state;
    this.teach(lessons.includes(place) ? lessons.filter((p) => p !== place) : [...lessons, place]);
  }

  teach(lessons) {
    if (!lessons.length)
      return this.say("One lesson must stay: who has seen nothing finds nothing.");
    this.set({ lessons });
    this.say(this.line.textContent);
  }

  update() {
    const { lessons } = this.state;
    const found = compute({ pattern: PATTERN, map: [ROWS, COLUMNS], lessons });
    this.places.update(ROWS, COLUMNS, (i, j) => {
      const taught = lessons.includes(i * COLUMNS + j);
      return {
        text: taught ? "●" : "",
        ...tint("image", taught ? 1 : 0),
        name: `row ${i}, column ${j}: ${taught ? "a lesson" : "no lesson"}`,
      };
    });
    for (const name of ["shared", "own"])
      this.maps[name].update(ROWS, COLUMNS, (i, j) => {
        const k = i * COLUMNS + j;
        const tick = found[name].found[k] ? "✓" : "";
        return {
          text: tick || written(found[name].there[k], 1),
          ...tint("result", found[name].there[k]),
          name:
            `row ${i}, column ${j}: answers ` +
            `${written(found[name].there[k])}${tick ? ", found" : ", not found"}`,
        };
      });
    this.ring.update(3, 3, (i, j) => ({
      text: written(PATTERN[i][j]),
      ...tint("image", PATTERN[i][j]),
    }));
    const count = (name) => found[name].found.filter(Boolean).length;
    setText(
      this.line,
      `${lessons.length} ${lessons.length > 1 ? "lessons" : "lesson"}: ` +
        `found at ${count("shared")} of 24 places with shared weights, ` +
        `at ${count("own")} with own weights.`,
    );
  }
}

define("two-lessons", TwoLessons);

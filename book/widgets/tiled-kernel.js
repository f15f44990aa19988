// Chapter 14: a tiled kernel on a GPU, thread by thread. Load together, wait, then multiply alone.
import { Widget, define } from "./base.js";
import { tint } from "./colors.js";
import { choice, player } from "./controls.js";
import { h, setText } from "./dom.js";
import { frame, framed, grid, labeled } from "./grid.js";
import { fromLists, range, whole, written } from "./numbers.js";
import { prediction } from "./prediction.js";

// One block of tile[0] × tile[1] threads at block [bi, bj] of the result; `step` steps of its life.
// First the threads load the shared tile together, one number each in a round; then a barrier; then
// each thread makes one product in a step.
export function compute({ image, square, tile, block, step = Infinity }) {
  const [A, W] = [fromLists(image), fromLists(square)];
  const [H, width] = A.shape;
  const [K, L] = W.shape;
  const [rows, columns] = [H - K + 1, width - L + 1];
  const [top, left] = [block[0] * tile[0], block[1] * tile[1]];
  const size = [tile[0] + K - 1, tile[1] + L - 1];
  const threads = tile[0] * tile[1];
  const cells = size[0] * size[1];
  const rounds = Math.ceil(cells / threads);
  const steps = rounds + 1 + K * L;
  const shared = Array(cells).fill(null);
  const loading = Math.min(step, rounds);
  let loads = 0;
  for (let k = 0; k < Math.min(cells, loading * threads); k++) {
    const [r, c] = [top + Math.floor(k / size[1]), left + (k % size[1])];
    const inside = r < H && c < width;
    shared[k] = inside ? A.data[r * width + c] : 0; // outside the image nothing is fetched
    if (inside) loads += 1;
  }
  const products = Math.max(0, Math.min(K * L, step - rounds - 1));
  const working = range(threads).map(
    (t) => top + Math.floor(t / tile[1]) < rows && left + (t % tile[1]) < columns,
  );
  const sums = range(threads).map((t) => {
    if (!working[t]) return null; // a thread beyond the edge of the result has nothing to add
    const [i, j] = [Math.floor(t / tile[1]), t % tile[1]];
    return range(products).reduce(
      (sum, k) => sum + shared[(i + Math.floor(k / L)) * size[1] + j + (k % L)] * W.data[k],
      0,
    );
  });
  const naive = working.filter(Boolean).length * K * L;
  return { size, rounds, steps, shared, sums, loads, naive, products, corner: [top, left] };
}

const TILES = { "2x3": [2, 3], "2x4": [2, 4], "3x4": [3, 4] };

class TiledKernel extends Widget {
  static defaults = { step: 0, tile: "2x3", row: 0, column: 0, thread: 0 };

  clean(state) {
    const tile = Object.hasOwn(TILES, state.tile) ? state.tile : "2x3";
    const [rows, columns] = TILES[tile];
    return {
      ...state,
      tile,
      step: whole(state.step, 0, 40),
      thread: whole(state.thread, 0, rows * columns - 1),
      row: whole(state.row, 0, Math.ceil(5 / rows) - 1),
      column: whole(state.column, 0, Math.ceil(7 / columns) - 1),
    };
  }

  build() {
    const ask = prediction(this, {
      id: "loads",
      question:
        "A block of 2 × 3 threads computes 2 × 3 results with a 2 × 2 filter. " +
        "Each thread alone would fetch 4 pixels, 24 in all. " +
        "How many must the block fetch if its threads share?",
      answers: [
        {
          label: "6",
          why:
            "One for each thread is not enough: the filter reaches one row and one column " +
            "beyond the tile.",
        },
        {
          label: "12",
          right: true,
          why:
            "(2 + 2 − 1) · (3 + 2 − 1) = 3 · 4 pixels. Half of 24; " +
            "with larger tiles and filters the saving grows.",
        },
        { label: "24", why: "That is without sharing: neighbors fetch the same pixels again." },
      ],
    });
    this.image = grid({ label: "image in global memory", kind: "image" });
    this.frame = frame();
    this.shared = grid({ label: "shared memory of the block", kind: "small" });
    this.sums = grid({
      label: "threads and their sums: choose a thread",
      kind: "result",
      pick: (i, j) => {
        this.set({ thread: i * TILES[this.state.tile][1] + j });
        this.tell();
      },
    });
    this.names = [
      labeled(framed(this.image.element, this.frame), "global memory", "image"),
      labeled(this.shared.element, "shared memory", "filters"),
      labeled(this.sums.element, "threads", "result"),
    ];
    this.player = player(this, {
      name: "Step",
      count: () => this.found?.steps + 1 || 1,
      at: () => Math.min(this.state.step, this.found?.steps ?? 0),
      pace: 900,
      go: (step) => {
        this.set({ step });
        this.tell();
      },
      tell: () => this.phase(),
    });
    this.tile = choice(
      "Tile",
      Object.keys(TILES).map((name) => [name, name.replace("x", " × ")]),
      () => this.state.tile,
      (tile) => this.set({ tile, step: 0 }, `Blocks of ${tile.replace("x", " by ")} threads.`),
    );
    this.block = choice(
      "Block",
      [],
      () => `${this.state.row},${this.state.column}`,
      (text) => {
        const [row, column] = text.split(",").map(Number);
        this.set({ row, column, step: 0 }, `Block in row ${row}, column ${column}.`);
      },
    );
    this.line = h("p", { class: "w-sumline" });
    this.stage.append(
      h(
        "div",
        { class: "w-after" },
        h(
          "div",
          { class: "w-row" },
          this.names.map((part) => part.element),
        ),
        this.player.element,
        this.line,
        h("div", { class: "w-options" }, this.tile.element, this.block.element),
      ),
    );
    return h("div", {}, ask, this.stage);
  }

  async load() {
    const { hand } = await Widget.data();
    this.arrays = {
      image: hand.image.map((row) => row.map((pixel) => pixel[0])),
      square: hand.filters[0].map((row) => row.map((w) => w[0])),
    };
  }

  phase() {
    const { rounds, steps } = this.found ?? { rounds: 0, steps: 0 };
    const { step } = this.state;
    if (step === 0) return "nothing has happened yet";
    if (step <= rounds) return `load, round ${step} of ${rounds}`;
    if (step === rounds + 1) return "barrier: everybody waits for everybody";
    return step >= steps ? "done: the sums are written" : `product ${step - rounds - 1} of 4`;
  }

  tell() {
    const { sums, loads, naive } = this.found;
    const sum = sums[this.state.thread];
    const work =
      sum === null ? "lies beyond the result and only helped to load" : `has ${written(sum)}`;
    this.say(
      `${this.phase()}. Thread ${this.state.thread} ${work}. ` +
        `The block fetched ${loads} pixels; alone, its threads would fetch ${naive}.`,
    );
  }

  update() {
    const { tile, row, column, thread } = this.state;
    const [rows, columns] = TILES[tile];
    this.found = compute({
      ...this.arrays,
      tile: [rows, columns],
      block: [row, column],
      step: this.state.step,
    });
    this.state.step = Math.min(this.state.step, this.found.steps);
    const { size, rounds, shared, sums, products, corner, loads, naive } = this.found;
    const [ti, tj] = [Math.floor(thread / columns), thread % columns];
    const { image } = this.arrays;
    this.image.update(6, 8, (r, c) => ({
      text: written(image[r][c]),
      ...tint("image", image[r][c] / 9),
    }));
    this.frame.update(
      corner[0],
      corner[1],
      Math.min(size[0], 6 - corner[0]),
      Math.min(size[1], 8 - corner[1]),
    );
    const now =
      products > 0
        ? (ti + Math.floor((products - 1) / 2)) * size[1] + tj + ((products - 1) % 2)
        : -1;
    this.shared.update(size[0], size[1], (r, c) => {
      const k = r * size[1] + c;
      const loader =
        k % (rows * columns) === thread && this.state.step <= rounds && shared[k] !== null;
      return {
        text: shared[k] === null ? "" : written(shared[k]),
        name: shared[k] === null ? "not loaded yet" : undefined,
        ...(shared[k] === null ? {} : tint("filters", 0.5)),
        mark: k === now || loader ? "is-in" : "",
      };
    });
    this.sums.update(
      rows,
      columns,
      (i, j) => {
        const sum = sums[i * columns + j];
        return {
          text: sum === null ? "–" : products ? written(sum) : "",
          name: products ? undefined : `thread ${i * columns + j}`,
          ...tint("result", products ? 0.5 : 0),
          mark: i === ti && j === tj ? "is-now" : "",
        };
      },
      [ti, tj],
    );
    setText(this.names[1].shape, `${size.join(" × ")}`);
    setText(this.names[2].shape, `${rows} × ${columns} threads`);
    setText(this.names[0].shape, "6 × 8");
    setText(
      this.line,
      `Fetched from global memory: ${loads}. Without sharing it would be ${naive}.`,
    );
    const blocks = range(Math.ceil(5 / rows)).flatMap((r) =>
      range(Math.ceil(7 / columns)).map((c) => `${r},${c}`),
    );
    const select = this.block.element.querySelector("select");
    if (select.length !== blocks.length)
      select.replaceChildren(
        ...blocks.map((name) =>
          h("option", { value: name }, `row ${name.replace(",", ", column ")}`),
        ),
      );
    this.tile.update();
    this.block.update();
    this.player.update();
  }
}

define("tiled-kernel", TiledKernel);

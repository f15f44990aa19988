// One place of a picture with channels: its products, channel by channel, their sums, the number.
import { tint } from "./colors.js";
import { h, setText } from "./dom.js";
import { grid } from "./grid.js";
import { bracketed, first, range, tensor, written } from "./numbers.js";

/** @typedef {import("./numbers.js").Tensor} Tensor */

/**
 * Everything that is multiplied and added at one place.
 *
 * @param {Tensor} image (H, W, C1)
 * @param {Tensor} filter (C1, K, L)
 * @param {number} i
 * @param {number} j
 */
export function atPlace(image, filter, i, j) {
  const [, columns, channels] = image.shape;
  const [, K, L] = filter.shape;
  const patch = tensor([channels, K, L]);
  const products = tensor([channels, K, L]);
  const sums = Array(channels).fill(0);
  for (let p = 0; p < channels; p++)
    for (let m = 0; m < K; m++)
      for (let n = 0; n < L; n++) {
        const k = (p * K + m) * L + n;
        patch.data[k] = image.data[((i + m) * columns + j + n) * channels + p];
        products.data[k] = patch.data[k] * filter.data[k];
        sums[p] += products.data[k];
      }
  return { patch, products, sums, total: sums.reduce((a, b) => a + b, 0) };
}

/** @param {number} count */
export const channelNames = (count) => (count === 3 ? ["R", "G", "B"] : range(count).map(String));
/** @param {number} count */
export const channelWords = (count) =>
  count === 3 ? ["red", "green", "blue"] : range(count).map((p) => `channel ${p}`);

/** @param {number} p @param {string} letter */
export const channelMark = (p, letter) =>
  h("span", { class: `w-channel w-channel-${p}`, "aria-hidden": "true" }, h("span", {}, letter));

const KINDS = ["image", "filters", "result"];
const HOLDS = ["pixels", "weights", "products"];

/**
 * Rows "patch × weights = products → sum", one for each channel; then the line that adds the sums.
 */
export function sumsTable(channels = 3) {
  const names = channelNames(channels);
  const words = channelWords(channels);
  const rows = range(channels).map((p) => {
    const parts = HOLDS.map((held) => grid({ label: `${words[p]}: ${held}`, kind: "small" }));
    const sum = h("span", { class: "w-sumline" });
    const element = h(
      "div",
      { class: "w-sum", role: "group", "aria-label": words[p] },
      channelMark(p, names[p]),
      parts[0].element,
      "×",
      parts[1].element,
      "=",
      parts[2].element,
      sum,
    );
    return { parts, sum, element };
  });
  const total = h("p", { class: "w-total" });
  const element = h(
    "div",
    { class: "w-sums" },
    rows.map((row) => row.element),
    total,
  );
  /**
   * @param {ReturnType<typeof atPlace>} place
   * @param {Tensor} filter (C1, K, L)
   * @param {number} done how many products are made
   * @param {boolean} [mark] whether the last one is marked
   */
  const update = (place, filter, done, mark = true) => {
    const [, K, L] = filter.shape;
    const size = K * L;
    rows.forEach(({ parts, sum }, p) => {
      const arrays = [place.patch, filter, place.products].map((array) => first(array, p).data);
      parts.forEach((part, which) =>
        part.update(K, L, (m, n) => {
          const k = m * L + n;
          const made = p * size + k < done;
          const now = mark && p * size + k === done - 1;
          return {
            text: which < 2 || made ? written(arrays[which][k]) : "",
            ...tint(KINDS[which], made || which < 2 ? 0.4 : 0),
            mark: now ? (which < 2 ? "is-in" : "is-now") : "",
          };
        }),
      );
      const made = arrays[2].slice(0, Math.max(0, done - p * size));
      setText(sum, made.length ? `sum ${written(made.reduce((a, b) => a + b, 0))}` : "");
    });
    const running = place.products.data.slice(0, done).reduce((a, b) => a + b, 0);
    const all = done >= channels * size;
    const summands = place.sums.map(bracketed);
    total.replaceChildren(
      all ? `${summands.join(" + ")} = ` : "Sum so far: ",
      h(all ? "b" : "span", {}, written(running)),
    );
  };
  return { element, update };
}

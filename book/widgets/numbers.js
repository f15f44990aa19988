// Arrays and the operation itself, as the widgets compute them. Pure functions, no page.
// tests/browser/test_widgets_numbers.py compares everything here with the Python package.

/**
 * An array: its sizes, outermost first, and its numbers in that order.
 *
 * @typedef {{ shape: number[], data: Float64Array }} Tensor
 */

/**
 * Numbers in lists within lists, as JSON and Python write arrays.
 *
 * @typedef {number | Lists[]} Lists
 */

/**
 * @typedef {object} Sizes
 * @property {number} [stride]
 * @property {number | string} [padding] valid, same, full, or zeros on each side
 * @property {number} [dilation]
 */

/**
 * @param {number[]} shape
 * @param {ArrayLike<number>} [data] zeros where it is missing
 * @returns {Tensor}
 */
export function tensor(shape, data) {
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, data: data ? Float64Array.from(data) : new Float64Array(size) };
}

/** @param {Lists[]} lists */
export function fromLists(lists) {
  const shape = [];
  for (let part = /** @type {Lists} */ (lists); Array.isArray(part); part = part[0])
    shape.push(part.length);
  return tensor(shape, /** @type {any[]} */ (lists).flat(Infinity));
}

/**
 * @param {Tensor} array
 * @returns {any} lists as deep as the array has axes; a number for none
 */
export function toLists({ shape, data }) {
  if (!shape.length) return data[0];
  /** @type {Lists[]} */
  let parts = Array.from(data);
  for (const size of shape.slice(1).reverse()) {
    const groups = [];
    for (let k = 0; k < parts.length; k += size) groups.push(parts.slice(k, k + size));
    parts = groups;
  }
  return parts;
}

/**
 * How many places a kernel has along one axis.
 *
 * @param {number} size
 * @param {number} kernel
 * @param {Sizes} [options]
 */
export function outputSize(size, kernel, { stride = 1, padding = "valid", dilation = 1 } = {}) {
  const [before, after] = padAmounts(size, kernel, { stride, padding, dilation });
  return Math.floor((size + before + after - (dilation * (kernel - 1) + 1)) / stride) + 1;
}

/**
 * Zeros before and after; of an odd number with "same", the last one goes after.
 *
 * @param {number} size
 * @param {number} kernel
 * @param {Sizes} [options]
 * @returns {[before: number, after: number]}
 */
export function padAmounts(size, kernel, { stride = 1, padding = "valid", dilation = 1 } = {}) {
  const extent = dilation * (kernel - 1) + 1;
  if (padding === "valid") return [0, 0];
  if (padding === "full") return [extent - 1, extent - 1];
  if (padding === "same") {
    const places = Math.ceil(size / stride);
    const total = Math.max(0, (places - 1) * stride + extent - size);
    return [Math.floor(total / 2), total - Math.floor(total / 2)];
  }
  return [Number(padding), Number(padding)];
}

/**
 * image (H, W, C1) with zeros around it -> (H + before + after, ..., C1)
 *
 * @param {Tensor} image
 * @param {[number, number]} rows before and after
 * @param {[number, number]} columns before and after
 */
export function pad(image, [top, bottom], [left, right]) {
  const [rows, columns, channels] = image.shape;
  const wide = columns + left + right;
  const result = tensor([rows + top + bottom, wide, channels]);
  for (let i = 0; i < rows; i++) {
    const from = i * columns * channels;
    const to = ((i + top) * wide + left) * channels;
    result.data.set(image.data.subarray(from, from + columns * channels), to);
  }
  return result;
}

/** @type {Record<string, (v: number) => number>} */
const ACTIVATIONS = {
  none: (v) => v,
  relu: (v) => Math.max(0, v),
  sigmoid: (v) => 1 / (1 + Math.exp(-v)),
  tanh: Math.tanh,
};

/**
 * @param {string | undefined} name
 * @param {Tensor} array
 * @returns {Tensor}
 */
export const activate = (name, array) => ({
  shape: array.shape,
  data: array.data.map(ACTIVATIONS[name ?? "none"]),
});

/**
 * Numbers added at every place: one for each map, or one for all.
 *
 * @typedef {Sizes & { bias?: number | ArrayLike<number>, activation?: string }} LayerOptions
 */

/**
 * Cross-correlation: image (H, W, C1) with filters (C1, K, L, C2) -> (H', W', C2).
 * The ranks of the book's first steps work, too: (H, W) with (K, L), (H, W, C1) with (C1, K, L).
 *
 * @param {Tensor} image
 * @param {Tensor} filters
 * @param {LayerOptions} [options]
 * @returns {Tensor}
 */
export function conv2d(image, filters, options = {}) {
  const flat = image.shape.length === 2; // no channel axis
  const one = filters.shape.length < 4; // one filter: no axis of maps in the result
  const A = flat ? tensor([...image.shape, 1], image.data) : image;
  const W = {
    data: filters.data,
    shape: [...(flat ? [1] : []), ...filters.shape, ...(one ? [1] : [])],
  };
  const result = layer(A, W, options);
  return one ? { shape: result.shape.slice(0, 2), data: result.data } : result;
}

/**
 * @param {Tensor} image (H, W, C1)
 * @param {Tensor} filters (C1, K, L, C2)
 * @param {LayerOptions} options
 * @returns {Tensor} (H', W', C2)
 */
function layer(image, filters, options) {
  const { stride = 1, padding = "valid", dilation = 1, bias, activation } = options;
  const [H, W, C1] = image.shape;
  const [depth, K, L, C2] = filters.shape;
  if (depth !== C1)
    throw new Error(`the image has ${C1} channels, the filters reach through ${depth}`);
  const sizes = { stride, padding, dilation };
  const [rows, columns] = [outputSize(H, K, sizes), outputSize(W, L, sizes)];
  const A = pad(image, padAmounts(H, K, sizes), padAmounts(W, L, sizes));
  const wide = A.shape[1];
  const result = tensor([rows, columns, C2]);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const at = (i * columns + j) * C2;
      for (let c = 0; c < C2; c++)
        result.data[at + c] = typeof bias === "object" ? bias[c] : (bias ?? 0);
      for (let p = 0; p < C1; p++)
        for (let m = 0; m < K; m++)
          for (let n = 0; n < L; n++) {
            const row = i * stride + m * dilation;
            const pixel = A.data[(row * wide + j * stride + n * dilation) * C1 + p];
            if (pixel === 0) continue;
            const w = ((p * K + m) * L + n) * C2;
            for (let c = 0; c < C2; c++) result.data[at + c] += pixel * filters.data[w + c];
          }
    }
  return activation ? activate(activation, result) : result;
}

/**
 * The kernel turned by half a turn, each channel by itself: what convolution does first.
 *
 * @param {Tensor} filters
 */
export function flip(filters) {
  const spatial = filters.shape.length === 2 ? 0 : 1;
  const [K, L] = filters.shape.slice(spatial, spatial + 2);
  const outer = spatial ? filters.shape[0] : 1;
  const inner = filters.shape.length === 4 ? filters.shape[3] : 1;
  const result = tensor(filters.shape);
  for (let p = 0; p < outer; p++)
    for (let m = 0; m < K; m++)
      for (let n = 0; n < L; n++)
        for (let c = 0; c < inner; c++)
          result.data[((p * K + m) * L + n) * inner + c] =
            filters.data[((p * K + (K - 1 - m)) * L + (L - 1 - n)) * inner + c];
  return result;
}

/**
 * One channel of (H, W, C) as (H, W), or one filter of (C1, K, L, C2) as (C1, K, L).
 *
 * @param {Tensor} array
 * @param {number} c
 * @returns {Tensor}
 */
export function last(array, c) {
  const size = array.shape[array.shape.length - 1];
  const data = array.data.filter((_, k) => k % size === c);
  return { shape: array.shape.slice(0, -1), data };
}

/**
 * One plane of (C1, K, L) as (K, L).
 *
 * @param {Tensor} array
 * @param {number} p
 * @returns {Tensor}
 */
export function first(array, p) {
  const size = array.data.length / array.shape[0];
  return { shape: array.shape.slice(1), data: array.data.slice(p * size, (p + 1) * size) };
}

/**
 * Color (H, W, 3) to gray (H, W), by the weights of broadcast television (Rec. 601).
 *
 * @param {Tensor} image
 */
export function gray(image) {
  const [rows, columns, channels] = image.shape;
  const result = tensor([rows, columns]);
  const weights = channels === 3 ? [0.299, 0.587, 0.114] : Array(channels).fill(1 / channels);
  result.data.forEach((_, k) => {
    result.data[k] = weights.reduce((sum, w, p) => sum + w * image.data[k * channels + p], 0);
  });
  return result;
}

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
/** @param {number} value @param {number} low @param {number} high */
export const whole = (value, low, high) => clamp(Math.round(value), low, high);
/** @param {number} count */
export const range = (count) => Array.from({ length: count }, (_, k) => k);

/**
 * A number as the book writes it: at most `digits` decimals, a real minus sign.
 *
 * @param {number} value
 */
export function written(value, digits = 2) {
  const text = String(Number(value.toFixed(digits)));
  const [integer, decimals] = (text === "-0" ? "0" : text).replace("-", "−").split(".");
  const grouped = integer.replace(/(\d)(?=(\d{3})+$)/g, "$1,");
  return decimals ? `${grouped}.${decimals}` : grouped;
}

/**
 * A number within a product or a sum: in brackets where it is negative.
 *
 * @param {number} value
 */
export function bracketed(value) {
  const text = written(value);
  return text.startsWith("−") ? `(${text})` : text;
}

// Colors under numbers, which stay readable on whatever lies under them.
import { clamp } from "./numbers.js";

/** @param {number} v */
const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);

/**
 * A color from its red, green and blue between 0 and 1, and the ink to write on it: black or white.
 *
 * @param {number} red
 * @param {number} [green] as red where it is missing: then it is a gray
 * @param {number} [blue]
 */
export function shade(red, green = red, blue = red) {
  const bytes = [red, green, blue].map((v) => Math.round(clamp(v, 0, 1) * 255));
  const [r, g, b] = bytes.map((v) => linear(v / 255));
  const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  // Where black and white contrast equally with the ground, both have 4.58.
  const ink = light > 0.1791 ? "rgb(0, 0, 0)" : "rgb(255, 255, 255)";
  return { color: `rgb(${bytes.join(", ")})`, ink };
}

/**
 * A tint of a kind's color, stronger for larger magnitudes, weak enough for the page's ink.
 *
 * @param {string} kind a CSS variable: image, filters, result or bias
 * @param {number} share −1 to 1
 */
export function tint(kind, share) {
  const percent = Math.round(6 + 24 * clamp(Math.abs(share), 0, 1));
  return { color: `color-mix(in srgb, var(--${kind}) ${percent}%, var(--w-ground))` };
}

// Numbers as people type them, for the quiz and for the widgets alike.

// Groups of three digits after the first, which is not a zero.
const COMMAS = /^[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/;
const SPACES = /^[-+]?[1-9]\d{0,2}( \d{3})+([.,]\d+)?$/;
const PLAIN = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;

/**
 * The number that a text says, or NaN if it says none.
 *
 * Read are 12, −3 (with a hyphen, a minus sign or an en dash), 2.5 and 2,5, 1e-3, 4,800 and 4 800,
 * and a fraction such as 1/2. A comma before exactly three digits groups thousands, as in the book:
 * 1,500 is 1500, but 0,500 is a half.
 *
 * @param {string} text
 * @returns {number} finite, or NaN
 */
export function typedNumber(text) {
  const parts = text.split("/").map(one);
  const value = parts.length === 2 ? parts[0] / parts[1] : parts.length === 1 ? parts[0] : NaN;
  return Number.isFinite(value) ? value : NaN;
}

/** @param {string} text */
function one(text) {
  let clean = text
    .trim()
    .replace(/[−–]/g, "-")
    .replace(/\s+/g, " ") // a narrow or a no-break space is a space
    .replace(/^([-+]) /, "$1");
  if (COMMAS.test(clean)) clean = clean.replaceAll(",", "");
  else if (SPACES.test(clean)) clean = clean.replaceAll(" ", "");
  clean = clean.replace(",", ".");
  return PLAIN.test(clean) ? Number(clean) : NaN;
}

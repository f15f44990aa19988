// The state of a widget in the address of its page:
// #w=name;i=1;j=4, or #w=name.2;... for the second of that name on a page.

/**
 * What a widget shows, as plain values.
 *
 * @typedef {Record<string, any>} State
 */

/** @param {unknown} value */
const encode = (value) =>
  [value]
    .flat()
    .map((v) => encodeURIComponent(Number.isNaN(Number(v)) ? String(v) : Number(v)))
    .join(",");

/**
 * A value of the address, read as the type of `example`; `example` itself where it cannot be.
 *
 * @param {string} text
 * @param {unknown} example
 */
function decode(text, example) {
  const parts = text.split(",").map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return ""; // a lone % in a link that was cut off
    }
  });
  if (Array.isArray(example))
    return parts.every((p) => p !== "" && Number.isFinite(Number(p))) ? parts.map(Number) : example;
  if (typeof example === "string") return parts[0];
  const value = Number(parts[0]);
  if (!Number.isFinite(value)) return example;
  return typeof example === "boolean" ? value !== 0 : value;
}

/**
 * The state in an address, or null where it is not about this widget.
 *
 * @param {string} key the widget's name, with its number where there are several
 * @param {State} defaults
 * @param {string} [hash]
 */
export function readAddress(key, defaults, hash = location.hash) {
  const [head, ...fields] = hash.slice(1).split(";");
  if (head !== `w=${key}`) return null;
  /** @type {State} */
  const state = {};
  for (const field of fields) {
    const [name, value] = field.split("=");
    if (Object.hasOwn(defaults, name) && value !== undefined)
      state[name] = decode(value, defaults[name]);
  }
  return state;
}

/**
 * The part of an address that leads to this state: what differs from the defaults.
 *
 * @param {string} key
 * @param {State} state
 * @param {State} defaults
 */
export function writeAddress(key, state, defaults) {
  const fields = Object.entries(state)
    .filter(
      ([name, value]) => Object.hasOwn(defaults, name) && String(value) !== String(defaults[name]),
    )
    .map(([name, value]) => `;${name}=${encode(value)}`);
  return `#w=${key}${fields.join("")}`;
}

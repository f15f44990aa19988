// Making elements, and the few things that are done to them everywhere.

/**
 * What stands inside an element; nothing stands where there is null or undefined.
 *
 * @typedef {Node | string | null | undefined} Child
 */

/**
 * An attribute's value: true stands for one without a value; null and false leave it away. A name
 * such as `onclick` takes a listener.
 *
 * @typedef {string | number | boolean | null | undefined | ((event: any) => unknown)} Property
 */

/** @typedef {Record<string, Property>} Properties */

/** @param {(Child | Child[])[]} children */
const present = (children) =>
  /** @type {(Node | string)[]} */ (
    children.flat().filter((child) => child !== null && child !== undefined)
  );

/**
 * An element of HTML.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Properties} [properties]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...present(children));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element of SVG.
 *
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | null | undefined>} [properties]
 * @param {...(Child | Child[])} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, properties, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(properties ?? {}))
    if (value !== undefined && value !== null) element.setAttribute(name, String(value));
  element.append(...present(children));
  return element;
}

let numbered = 0;
export const freshId = (stem = "w") => `${stem}-${++numbered}`;
/** Whether the reader asked for less motion. */
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * Write a text where it differs: a status that did not change is not read aloud again.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {string} label
 * @param {(event: any) => unknown} onclick
 * @param {Properties} [properties]
 */
export function button(label, onclick, properties = {}) {
  const kind = `w-button ${properties.class ?? ""}`;
  return h("button", { type: "button", ...properties, onclick, class: kind }, label);
}

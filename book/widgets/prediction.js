// Asks first: a question whose first answer is kept on this device, and nowhere else.
import { button, freshId, h } from "./dom.js";

const STORE = "convkit-predictions";

/** @returns {Record<string, { said: string, right: boolean, at: string }>} */
function predictions() {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? "null") ?? {};
  } catch {
    return {};
  }
}

/**
 * @param {string} key
 * @param {string} said
 * @param {boolean} right
 */
function record(key, said, right) {
  try {
    const all = predictions();
    all[key] ??= { said, right, at: new Date().toISOString() };
    localStorage.setItem(STORE, JSON.stringify(all));
  } catch {
    // Storage can be forbidden; the page works without it.
  }
}

/**
 * @typedef {object} Answer
 * @property {string} label
 * @property {string} why said when it is chosen
 * @property {boolean} [right]
 */

/**
 * A question with answers to choose from. After an answer, or Skip, the widget shows everything.
 *
 * @param {import("./base.js").Widget} widget
 * @param {object} options
 * @param {string} options.id under which the first answer is kept
 * @param {string} options.question
 * @param {Answer[]} options.answers exactly one of them is right
 * @param {() => void} [options.reveal] called when everything shows
 */
export function prediction(widget, { id, question, answers, reveal }) {
  const title = h("p", { class: "w-question", id: freshId() }, question);
  const reply = h("p", { class: "w-reply", role: "status" });
  const parts = h("div", { class: "w-answers" });
  const page = location.pathname.split("/").at(-1) || "index.html";
  const open = (said = "") => {
    skip.hidden = true;
    widget.set({ shown: true }, said);
    reveal?.();
  };
  /** @param {Answer} answer */
  const choose = ({ label, why, right = false }) => {
    record(`${page}#${widget.key}:${id}`, label, right);
    buttons.forEach((one) => one.setAttribute("aria-pressed", String(one.textContent === label)));
    reply.replaceChildren(h("strong", {}, right ? "Yes. " : "Not quite. "), why);
    reply.dataset.right = String(right);
    open();
  };
  const buttons = answers.map((answer) =>
    button(answer.label, () => choose(answer), { "aria-pressed": "false" }),
  );
  const skip = button("Skip", () => open("Skipped. Everything is shown."), { class: "w-quiet" });
  parts.append(...buttons, skip);
  const group = { class: "w-ask", role: "group", "aria-labelledby": title.id };
  return h("div", group, title, parts, reply);
}

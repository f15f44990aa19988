// What the three kinds of questions share: memory, copies of the text, the reply.
import { h } from "../widgets/dom.js";

const STORE = "convkit-quiz";

export const button = (label, onclick, properties) =>
  h(
    "button",
    { type: "button", onclick, ...properties, class: `quiz-button ${properties?.class ?? ""}` },
    label,
  );

// ---- what is remembered: in this browser, and nowhere else ----

export function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(STORE));
    return kept?.constructor === Object ? kept : {};
  } catch {
    return {}; // storage can be forbidden, or spoiled by hand
  }
}

export function remember(quiz, said, right) {
  const all = remembered();
  const before = all[quiz.key];
  all[quiz.key] = { first: before?.first ?? right, solved: right || !!before?.solved, said };
  keep(all);
  quiz.form.dispatchEvent(new Event("answered", { bubbles: true }));
}

export function keep(all) {
  try {
    localStorage.setItem(STORE, JSON.stringify(all));
  } catch {
    // The page works without it.
  }
}

// ---- the text of a question, copied: the still form stays as it is, for print ----

export const copies = (nodes) => [...nodes].map((node) => node.cloneNode(true));
export const label = (answer) => answer.querySelector(":scope > .quiz-label");
export const words = (answer) => copies(label(answer).childNodes);
export const explanation = (answer) =>
  copies([...answer.children].filter((part) => part !== label(answer)));

// `right` is true or false, or null for a remark that judges nothing.
export function reply(quiz, right, ...nodes) {
  const verdict = right === false ? [h("strong", {}, "Not quite."), " "] : [];
  quiz.reply.replaceChildren(...verdict, ...nodes);
  if (right === null) delete quiz.reply.dataset.right;
  else quiz.reply.dataset.right = right;
}

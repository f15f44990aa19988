// Put steps in order: by buttons, by keyboard, by dragging.
import { h, setText } from "../widgets/dom.js";
import { button, explanation, label, remember, remembered, reply, words } from "./parts.js";

export function order(quiz) {
  const said = h("p", { class: "quiz-said", role: "status" });
  const list = h("ol", { class: "quiz-steps" });
  const items = () => /** @type {HTMLElement[]} */ ([...list.children]);
  const rank = (item) => Number(quiz.answers[item.dataset.step].dataset.rank);
  const name = (item) => label(quiz.answers[item.dataset.step]).textContent.trim();
  const move = (item, by, pressed) => {
    const at = items().indexOf(item);
    const target = items()[at + by];
    if (!target) return setText(said, `${name(item)} is already ${by < 0 ? "first" : "last"}.`);
    target[by < 0 ? "before" : "after"](item);
    pressed.focus(); // moving an element takes the focus away from what is in it
    setText(said, `${name(item)}: now ${at + by + 1} of ${items().length}.`);
  };
  for (const k of JSON.parse(quiz.section.dataset.shown)) {
    const item = h("li", { "data-step": k });
    const mover = (sign, by, way) =>
      button(sign, (event) => move(item, by, event.currentTarget), {
        "aria-label": `Move ${way}: ${name(item)}`,
      });
    item.append(
      h("span", { class: "quiz-move" }, mover("↑", -1, "up"), mover("↓", 1, "down")),
      h("span", { class: "quiz-step" }, words(quiz.answers[k])),
      h("span", { class: "quiz-grip", "aria-hidden": "true" }, "⠿"),
    );
    list.append(item);
  }
  const shuffled = items();
  quiz.restart = () => {
    list.append(...shuffled);
    setText(said, "");
  };
  drag(list);
  quiz.body.append(list, said);
  quiz.check = () => {
    setText(said, "");
    const sorted = items()
      .map(rank)
      .sort((a, b) => a - b);
    const wrong = items().findIndex((item, k) => rank(item) !== sorted[k]);
    if (wrong < 0) {
      const steps = items().map((item) => quiz.answers[item.dataset.step]);
      const reasons = steps.map((step) =>
        h("li", {}, h("strong", {}, words(step)), explanation(step)),
      );
      reply(quiz, true, h("p", {}, "Yes."), h("ol", {}, reasons));
    } else {
      const before =
        wrong === 0
          ? ""
          : wrong === 1
            ? "The first step is right. "
            : `The first ${wrong} are right. `;
      const step = quiz.answers[items()[wrong].dataset.step];
      reply(
        quiz,
        false,
        `${before}Too early: `,
        h("em", {}, words(step)),
        ". ",
        ...explanation(step),
      );
    }
    remember(
      quiz,
      items()
        .map((item) => item.dataset.step)
        .join(" "),
      wrong < 0,
    );
  };
  if (remembered()[quiz.key]?.solved) reply(quiz, null, "You have solved this one before.");
}

// A finger drags by the grip, so that it can scroll elsewhere; a mouse drags anywhere.
function drag(list) {
  let item = null;
  list.addEventListener("pointerdown", (event) => {
    if (event.target.closest("button") || event.button > 0) return;
    if (event.pointerType !== "mouse" && !event.target.closest(".quiz-grip")) return;
    item = event.target.closest("li");
    if (item) list.setPointerCapture(event.pointerId);
    item?.classList.add("is-held");
  });
  list.addEventListener("pointermove", (event) => {
    if (!item) return;
    const middle = (other) => other.getBoundingClientRect().top + other.offsetHeight / 2;
    const { previousElementSibling: above, nextElementSibling: below } = item;
    if (above && event.clientY < middle(above)) above.before(item);
    else if (below && event.clientY > middle(below)) below.after(item);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"])
    list.addEventListener(end, () => {
      item?.classList.remove("is-held");
      item = null;
    });
}

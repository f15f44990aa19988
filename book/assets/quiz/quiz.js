// Makes the questions of a page (book/ext/quiz.py) answerable. All numbers were computed when the
// book was built: here they are only looked up.
import { h, setText } from "../widgets/dom.js";
import { choice, numeric } from "./kinds.js";
import { order } from "./order.js";
import { button, copies, keep, remembered, reply } from "./parts.js";

const KINDS = { choice, numeric, order };
const page = location.pathname.split("/").at(-1) || "index.html";

function prepare(section) {
  const still = section.querySelector(".quiz-still");
  const title = still.querySelector(".quiz-question");
  const quiz = {
    section,
    answers: [...section.querySelectorAll(".quiz-answer")],
    key: `${page}: ${title.textContent.replace(/^\d+\. /, "").trim()}`,
    legend: h("legend", { class: "quiz-question" }, copies(title.childNodes)),
    more: [...still.children].filter(
      (e) => !e.matches(".quiz-question, .quiz-answer, .quiz-folded, .quiz-shown"),
    ),
    body: h("div", { class: "quiz-body" }),
    reply: h("div", { class: "quiz-reply", role: "status" }),
    buttons: h("div", { class: "quiz-buttons" }, h("button", { class: "quiz-button" }, "Check")),
  };
  quiz.form = h(
    "form",
    { class: "quiz-live", autocomplete: "off" },
    h("fieldset", {}, quiz.legend, copies(quiz.more), quiz.body, quiz.buttons, quiz.reply),
  );
  quiz.form.addEventListener("submit", (event) => {
    event.preventDefault();
    quiz.check();
  });
  KINDS[section.dataset.quiz](quiz);
  section.append(quiz.form);
  section.dataset.live = "";
  return quiz;
}

const all = [...document.querySelectorAll("section.quiz")].map(prepare);
const score = h("span", { role: "status", tabindex: "-1" });
const forget = () => {
  const kept = Object.entries(remembered()).filter(
    ([key]) => !all.some((quiz) => quiz.key === key),
  );
  keep(Object.fromEntries(kept));
  for (const quiz of all) {
    quiz.form.reset();
    quiz.restart?.();
    reply(quiz, null);
  }
  total();
  // The button that was pressed goes away: say so, and keep the place of who uses the keyboard.
  setText(score, "Your answers on this page are forgotten.");
  end.hidden = false;
  score.focus({ preventScroll: true });
};
function total() {
  const mine = all.map((quiz) => remembered()[quiz.key]).filter(Boolean);
  const first = mine.filter((one) => one.first).length;
  setText(
    score,
    mine.length
      ? `${mine.length} of ${all.length} answered on this page, ${first} right at the first try. `
      : "",
  );
  end.hidden = again.hidden = !mine.length;
}
const again = button("Forget my answers", forget, { class: "quiz-quiet" });
const end = h("p", { class: "quiz-total" }, score, again);
all.at(-1)?.section.after(end);
addEventListener("answered", total);
total();

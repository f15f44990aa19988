// Choose one answer; work out a number.
import { freshId, h } from "../widgets/dom.js";
import { typedNumber } from "../widgets/typed.js";
import { button, explanation, remember, remembered, reply, words } from "./parts.js";

function showAll(quiz) {
  const list = h(
    "dl",
    { class: "quiz-all" },
    quiz.answers.flatMap((one) => [h("dt", {}, words(one)), h("dd", {}, explanation(one))]),
  );
  reply(quiz, null, list);
}

export function choice(quiz) {
  const name = freshId("quiz");
  const inputs = quiz.answers.map((one, k) => h("input", { type: "radio", name, value: k }));
  quiz.body.append(
    ...quiz.answers.map((one, k) => h("label", {}, inputs[k], h("span", {}, words(one)))),
  );
  const all = button("All explanations", () => showAll(quiz), {
    hidden: true,
    class: "quiz-quiet",
  });
  quiz.buttons.append(all);
  quiz.restart = () => {
    all.hidden = true;
  };
  const explain = (k) => {
    const right = "right" in quiz.answers[k].dataset;
    reply(quiz, right, ...explanation(quiz.answers[k]));
    all.hidden = false;
    return right;
  };
  quiz.check = () => {
    const k = inputs.findIndex((input) => input.checked);
    if (k < 0) return reply(quiz, null, "Choose one answer first.");
    remember(quiz, k, explain(k));
  };
  const before = remembered()[quiz.key];
  if (inputs[before?.said]) {
    inputs[before.said].checked = true;
    explain(before.said);
  }
}

export function numeric(quiz) {
  const variants = JSON.parse(quiz.section.dataset.variants);
  const tolerance = Number(quiz.section.dataset.tolerance) + 1e-9;
  let now = 0;
  const fill = (...roots) => {
    for (const root of roots)
      for (const span of root.querySelectorAll?.(".quiz-value") ?? [])
        span.textContent = variants[now].said[span.dataset.number];
    return roots;
  };
  const input = h("input", {
    type: "text",
    inputmode: "text",
    id: freshId("number"),
    size: 10,
    autocomplete: "off",
  });
  quiz.body.append(h("label", { for: input.id }, "Your number"), input);
  const other = quiz.answers.at(-1);
  const right = quiz.answers.findIndex((one) => "right" in one.dataset);
  quiz.check = () => {
    const said = typedNumber(input.value);
    if (Number.isNaN(said)) return reply(quiz, null, "Type a number, such as 12 or 2.5.");
    const k = variants[now].answers.findIndex((number) => Math.abs(number - said) <= tolerance);
    reply(quiz, k === right, ...fill(...explanation(quiz.answers[k] ?? other)));
    remember(quiz, input.value.trim(), k === right);
  };
  const renew = () => {
    now = (now + 1) % variants.length;
    fill(quiz.form);
    input.value = "";
    reply(quiz, null, `New numbers: ${quiz.legend.textContent.replace(/^\d+\. /, "")}`);
    input.focus();
  };
  quiz.buttons.append(button("New numbers", renew, { class: "quiz-quiet" }));
  if (remembered()[quiz.key]?.solved) reply(quiz, null, "You have solved this one before.");
}

// What a reader works a widget with: player, choice, slider, fields for numbers.
import { button, calm, freshId, h, setText } from "./dom.js";
import { clamp, written } from "./numbers.js";
import { typedNumber } from "./typed.js";

/**
 * A part with its element, and `update`, which writes the state into it.
 *
 * @template {Element} Kind
 * @typedef {{ element: Kind, update: () => void }} Part
 */

/**
 * Back, play, next and a slider over the steps 0 … count − 1.
 *
 * @param {import("./base.js").Widget} widget
 * @param {object} options
 * @param {string} options.name
 * @param {() => number} options.count
 * @param {() => number} options.at the step that is shown
 * @param {(step: number) => void} options.go shows another one
 * @param {() => string} options.tell says in words which one is shown
 * @param {number} [options.pace] milliseconds for each step while it plays
 * @returns {Part<HTMLDivElement> & { stop: () => void }}
 */
export function player(widget, { name, count, at, go, tell, pace = 650 }) {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  const id = freshId();
  const slider = h("input", { type: "range", id, min: 0, step: 1 });
  const where = h("output", { class: "w-where", for: id });
  /** @param {number} k */
  const move = (k) => go(clamp(k, 0, count() - 1));
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
    play.textContent = "Play";
    widget.status.setAttribute("aria-live", "polite");
  };
  const start = () => {
    if (at() >= count() - 1) move(0);
    // Who asked for less motion gets the end at once.
    if (calm()) return move(count() - 1);
    play.textContent = "Pause";
    widget.status.setAttribute("aria-live", "off"); // not every step of an animation aloud
    timer = setInterval(() => (at() < count() - 1 ? move(at() + 1) : stop()), pace);
  };
  /** @param {number} by */
  const act = (by) => () => {
    stop();
    move(at() + by);
  };
  const back = button("Back", act(-1));
  const next = button("Next", act(1));
  const play = button("Play", () => (timer ? stop() : start()));
  slider.addEventListener("input", () => {
    stop();
    move(Number(slider.value));
  });
  widget.stops.push(stop);
  const element = h(
    "div",
    { class: "w-player", role: "group", "aria-label": name },
    h("div", { class: "w-buttons" }, back, play, next),
    h("label", { for: id, class: "w-slider" }, h("span", {}, name), slider),
    where,
  );
  const update = () => {
    slider.max = String(count() - 1);
    slider.value = String(at());
    slider.setAttribute("aria-valuetext", tell());
    setText(where, tell());
    back.disabled = at() <= 0;
    next.disabled = at() >= count() - 1;
  };
  return { element, update, stop };
}

/**
 * A list to choose from.
 *
 * @param {string} label
 * @param {[value: string | number, text: string][]} options
 * @param {() => string | number} get
 * @param {(value: string) => void} set
 * @returns {Part<HTMLLabelElement>}
 */
export function choice(label, options, get, set) {
  const id = freshId();
  const select = h(
    "select",
    { id },
    options.map(([value, text]) => h("option", { value }, text)),
  );
  select.addEventListener("change", () => set(select.value));
  return {
    element: h("label", { class: "w-choice", for: id }, h("span", {}, label), select),
    update: () => {
      select.value = String(get());
    },
  };
}

/**
 * A slider with its value written beside it.
 *
 * @param {string} label
 * @param {object} options
 * @param {number} options.min
 * @param {number} options.max
 * @param {number} [options.step]
 * @param {() => number} options.get
 * @param {(value: number) => void} options.set
 * @param {(value: number) => string} [options.tell] the value in words
 * @returns {Part<HTMLDivElement> & { input: HTMLInputElement }}
 */
export function slider(label, { min, max, step = 1, get, set, tell = (value) => written(value) }) {
  const id = freshId();
  const input = h("input", { type: "range", id, min, max, step });
  input.addEventListener("input", () => set(Number(input.value)));
  const value = h("output", { class: "w-where", for: id });
  const update = () => {
    input.value = String(get());
    input.setAttribute("aria-valuetext", tell(get()));
    setText(value, tell(get()));
  };
  return {
    element: h("div", { class: "w-slider" }, h("label", { for: id }, label), input, value),
    update,
    input,
  };
}

/**
 * An editable grid of numbers.
 *
 * @param {object} options
 * @param {string} options.label
 * @param {string[]} options.names one for each field, row by row
 * @param {(k: number) => number} options.get
 * @param {(k: number, value: number) => void} options.set is told each change that is a number
 * @param {number} options.columns
 * @param {string} [options.kind]
 * @returns {Part<HTMLDivElement>}
 */
export function fields({ label, names, get, set, columns, kind = "filters" }) {
  const inputs = names.map((name, k) => {
    const input = h("input", {
      type: "text",
      inputmode: "numeric",
      "aria-label": name,
      autocomplete: "off",
    });
    input.addEventListener("input", () => {
      const value = typedNumber(input.value);
      const good = Math.abs(value) <= 999; // and not NaN
      input.setAttribute("aria-invalid", String(!good));
      if (good) set(k, value);
    });
    input.addEventListener("blur", () => update());
    return input;
  });
  const element = h(
    "div",
    {
      class: `w-fields w-${kind}`,
      role: "group",
      "aria-label": label,
      style: `--columns:${columns}`,
    },
    inputs,
  );
  const update = () =>
    inputs.forEach((input, k) => {
      if (document.activeElement === input) return;
      input.value = written(get(k), 3);
      input.setAttribute("aria-invalid", "false");
    });
  return { element, update };
}

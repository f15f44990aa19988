// What every widget is made of. A widget is a custom element that asks for a prediction,
// records it, and then shows; its state is plain values, kept in the page's address.
//
//   class SlideSquare extends Widget {
//     static defaults = { i: 0, j: 0 };     the state, and by its types how to read an address
//     build() {}                            make the parts once
//     async load() {}                       get what they need
//     update() {}                           write the state into the parts
//   }
//   define("slide-square", SlideSquare);
import { range, written } from "./numbers.js";

export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";
export function svg(tag, properties, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(properties ?? {}))
    if (value !== undefined && value !== null) element.setAttribute(name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

let numbered = 0;
export const freshId = (stem = "w") => `${stem}-${++numbered}`;
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
export const setText = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

// ---- the address: #w=name;i=1;j=4, or #w=name.2;... for the second of that name on a page ----

const encode = (value) => [value].flat().map((v) => encodeURIComponent(+v === +v ? +v : v)).join(",");

function decode(text, example) {
  const parts = text.split(",").map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return ""; // a lone % in a link that was cut off
    }
  });
  if (Array.isArray(example)) return parts.every((p) => p !== "" && isFinite(p)) ? parts.map(Number) : example;
  if (typeof example === "string") return parts[0];
  const value = Number(parts[0]);
  if (!Number.isFinite(value)) return example;
  return typeof example === "boolean" ? value !== 0 : value;
}

export function readAddress(key, defaults, hash = location.hash) {
  const [head, ...fields] = hash.slice(1).split(";");
  if (head !== `w=${key}`) return null;
  const state = {};
  for (const field of fields) {
    const [name, value] = field.split("=");
    if (Object.hasOwn(defaults, name) && value !== undefined) state[name] = decode(value, defaults[name]);
  }
  return state;
}

export function writeAddress(key, state, defaults) {
  const fields = Object.entries(state)
    .filter(([name, value]) => Object.hasOwn(defaults, name) && String(value) !== String(defaults[name]))
    .map(([name, value]) => `;${name}=${encode(value)}`);
  return `#w=${key}${fields.join("")}`;
}

// ---- predictions: the first answer is kept on this device, and nowhere else ----

const STORE = "convkit-predictions";
export function predictions() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? {};
  } catch {
    return {};
  }
}
function record(key, said, right) {
  try {
    const all = predictions();
    all[key] ??= { said, right, at: new Date().toISOString() };
    localStorage.setItem(STORE, JSON.stringify(all));
  } catch {
    // Storage can be forbidden; the page works without it.
  }
}

// ---- the element ----

export class Widget extends HTMLElement {
  static defaults = {};

  connectedCallback() {
    if (this.state) return;
    this.key = this.dataset.key;
    this.defaults = { shown: false, ...this.constructor.defaults };
    this.state = this.clean({ ...this.defaults, ...readAddress(this.key, this.defaults) });
    this.status = h("p", { class: "w-status", role: "status" });
    this.stage = h("div", { class: "w-stage" });
    this.append(this.build() ?? this.stage, this.status, this.foot());
    Promise.resolve(this.load()).then(() => {
      this.loaded = true;
      this.refresh();
      this.dataset.drawn = "";
    });
    addEventListener("hashchange", () => {
      const found = readAddress(this.key, this.defaults);
      if (found) this.set({ ...this.defaults, ...found }, "The state of the link is shown.");
    });
  }

  disconnectedCallback() {
    this.stop();
  }

  // Correct what an address may have wrong.
  clean(state) {
    return state;
  }

  // Halt whatever plays by itself.
  stops = [];
  stop() {
    for (const stop of this.stops) stop();
  }

  build() {}
  load() {} // may be async; update() is called only afterwards
  update() {}

  refresh() {
    this.classList.toggle("is-shown", this.state.shown);
    if (this.loaded) this.update();
  }

  // Change the state; `said` is what a listener hears.
  set(changes, said) {
    this.state = this.clean({ ...this.state, ...changes });
    this.refresh();
    if (said !== undefined) this.say(said);
    clearTimeout(this.pending);
    this.pending = setTimeout(() => history.replaceState(history.state, "", this.address()), 250);
  }

  address() {
    return writeAddress(this.key, this.state, this.defaults);
  }

  say(text) {
    setText(this.status, text);
  }

  foot() {
    const copy = async () => {
      const address = new URL(this.address(), location.href).href;
      try {
        await navigator.clipboard.writeText(address);
        this.say("The link to what you see is copied.");
      } catch {
        history.replaceState(history.state, "", this.address());
        this.say("The address of this page is now the link to what you see.");
      }
    };
    const reset = () => {
      this.stop();
      this.set({ ...this.defaults, shown: this.state.shown }, "Back at the start.");
    };
    return h(
      "div",
      { class: "w-foot" },
      button("Reset", reset, { class: "w-quiet" }),
      button("Link to this state", copy, { class: "w-quiet" }),
    );
  }

  // The page's own place for the package's numbers, written when the book is built.
  static data() {
    return import("./data.js");
  }
}

export function define(name, type) {
  const tag = `ck-${name}`;
  if (!customElements.get(tag)) customElements.define(tag, type);
}

export const whole = (value, low, high) => clamp(Math.round(value), low, high);

// ---- parts ----

export const button = (label, onclick, properties = {}) =>
  h("button", { type: "button", ...properties, onclick, class: `w-button ${properties.class ?? ""}` }, label);

// A question with answers to choose from, or a number to type; then `reveal` opens what follows.
// answers: [{ label, why, right }]; or number: { right: () => value, label, why: (said) => text }.
export function prediction(widget, { id, question, answers, number, reveal }) {
  const title = h("p", { class: "w-question", id: freshId() }, question);
  const reply = h("p", { class: "w-reply", role: "status" });
  const parts = h("div", { class: "w-answers" });
  const open = (said) => {
    widget.set({ shown: true }, said ?? "");
    reveal?.();
  };
  const take = (said, right, why, chosen) => {
    record(`${location.pathname.split("/").at(-1) || "index.html"}#${widget.key}:${id}`, said, right);
    for (const other of parts.querySelectorAll("button[aria-pressed]"))
      other.setAttribute("aria-pressed", String(other === chosen));
    reply.replaceChildren(h("strong", {}, right ? "Yes. " : "Not quite. "), why);
    reply.dataset.right = right;
    skip.hidden = true;
    open();
  };
  const skip = button("Skip", () => {
    skip.hidden = true;
    open("Skipped. Everything is shown.");
  }, { class: "w-quiet" });
  for (const answer of answers ?? [])
    parts.append(
      button(answer.label, (event) => take(answer.label, !!answer.right, answer.why, event.currentTarget), {
        "aria-pressed": "false",
      }),
    );
  if (number) {
    const box = h("input", { type: "text", inputmode: "numeric", id: freshId(), size: 6, autocomplete: "off" });
    const check = () => {
      const said = Number(box.value.trim().replace("−", "-").replace(",", "."));
      if (box.value.trim() === "" || !Number.isFinite(said)) {
        reply.textContent = "Type a number, or skip.";
        return;
      }
      const right = Math.abs(said - number.right()) < 1e-6;
      take(box.value, right, number.why(said, right));
    };
    box.addEventListener("keydown", (event) => event.key === "Enter" && check());
    parts.append(h("label", { for: box.id }, number.label), box, button("Check", check));
  }
  parts.append(skip);
  return h("div", { class: "w-ask", role: "group", "aria-labelledby": title.id }, title, parts, reply);
}

// Back, play, next and a slider over 0 … count − 1. `at` reads, `go` moves, `tell` says where.
export function player(widget, { name, count, at, go, tell, pace = 650 }) {
  let timer = null;
  const id = freshId();
  const slider = h("input", { type: "range", id, min: 0, step: 1 });
  const where = h("output", { class: "w-where", for: id });
  const move = (k) => go(clamp(k, 0, count() - 1));
  const stop = () => {
    clearInterval(timer);
    timer = null;
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
  const act = (k) => () => (stop(), move(k()));
  const back = button("Back", act(() => at() - 1));
  const next = button("Next", act(() => at() + 1));
  const play = button("Play", () => (timer ? stop() : start()));
  slider.addEventListener("input", () => (stop(), move(Number(slider.value))));
  widget.stops.push(stop);
  const element = h(
    "div",
    { class: "w-player", role: "group", "aria-label": name },
    h("div", { class: "w-buttons" }, back, play, next),
    h("label", { for: id, class: "w-slider" }, h("span", {}, name), slider),
    where,
  );
  const update = () => {
    slider.max = count() - 1;
    slider.value = at();
    slider.setAttribute("aria-valuetext", tell());
    setText(where, tell());
    back.disabled = at() <= 0;
    next.disabled = at() >= count() - 1;
  };
  return { element, update, stop };
}

// A grid of numbers. `cell(i, j)` gives { text, color, ink, mark, name, value }.
// With `pick(i, j)` it is one stop of the Tab key, moved in by arrows, chosen by a click.
// With `quiet`, arrows only move, and Enter or Space choose.
export function grid({ label, kind = "", pick, quiet = false }) {
  const table = h("table", { class: `w-grid w-${kind}`, "aria-label": label, role: pick ? "grid" : null });
  let cells = [];
  let focus = [0, 0];
  const focusable = (i, j) => {
    if (!cells.length) return;
    cells[focus[0]]?.[focus[1]]?.setAttribute("tabindex", "-1");
    focus = [clamp(i, 0, cells.length - 1), clamp(j, 0, cells[0].length - 1)];
    cells[focus[0]][focus[1]].setAttribute("tabindex", "0");
  };
  const shape = (rows, columns) => {
    if (cells.length === rows && cells[0]?.length === columns) return;
    cells = range(rows).map((i) =>
      range(columns).map((j) => {
        const cell = h("td", pick ? { role: "gridcell", tabindex: "-1", class: "w-pick" } : {});
        if (pick) cell.addEventListener("click", () => (focusable(i, j), cell.focus(), pick(i, j)));
        return cell;
      }),
    );
    table.replaceChildren(h("tbody", { role: pick ? "rowgroup" : null },
      cells.map((row) => h("tr", { role: pick ? "row" : null }, row))));
    if (pick) focusable(...focus);
  };
  if (pick)
    table.addEventListener("keydown", (event) => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      const [i, j] = focus;
      if (step) focusable(i + step[0], j + step[1]);
      else if (event.key === "Home") focusable(i, 0);
      else if (event.key === "End") focusable(i, cells[0].length - 1);
      else if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      cells[focus[0]][focus[1]].focus();
      if (!quiet || event.key === "Enter" || event.key === " ") pick(...focus);
    });
  const update = (rows, columns, cell, at) => {
    shape(rows, columns);
    (table.closest(".w-framed") ?? table).style.setProperty("--columns", columns);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const { text = "", color = "", ink = "", mark = "", name } = cell(i, j);
        const td = cells[i][j];
        setText(td, text);
        if (td.style.backgroundColor !== color) td.style.backgroundColor = color;
        if (td.style.color !== ink) td.style.color = ink;
        const wanted = `${pick ? "w-pick " : ""}${mark}`;
        if (td.className !== wanted) td.className = wanted;
        if (name) td.setAttribute("aria-label", name);
        else td.removeAttribute("aria-label");
      }
    if (at && pick) focusable(...at);
  };
  return { element: table, update };
}

// A thing with its name and its shape under it, in the color of its kind.
export function labeled(element, name, kind) {
  const shape = h("span", { class: "w-shape" });
  const figure = h("div", { class: `w-part w-part-${kind}` }, element,
    h("div", { class: "w-name" }, h("span", { class: kind ? `is-${kind}` : null }, name), " ", shape));
  return { element: figure, shape };
}

// The frame of the kernel: lies over a grid, `rows` × `columns` cells, its corner at (i, j).
export function frame(kind = "filters") {
  const element = h("div", { class: `w-frame w-frame-${kind}`, "aria-hidden": "true" });
  const update = (i, j, rows, columns) => {
    for (const [name, value] of Object.entries({ i, j, tall: rows, wide: columns }))
      element.style.setProperty(`--${name}`, value);
  };
  return { element, update };
}
export const framed = (table, over) => h("div", { class: "w-framed" }, table, over.element);

export function choice(label, options, get, set) {
  const id = freshId();
  const select = h("select", { id, onchange: () => set(select.value) },
    options.map(([value, text]) => h("option", { value }, text)));
  return { element: h("label", { class: "w-choice", for: id }, h("span", {}, label), select),
    update: () => { select.value = get(); } };
}

// A slider with its value written beside it.
export function slider(label, { min, max, step = 1, get, set, tell = (value) => written(value) }) {
  const id = freshId();
  const input = h("input", { type: "range", id, min, max, step, oninput: () => set(Number(input.value)) });
  const value = h("output", { class: "w-where", for: id });
  const update = () => {
    input.value = get();
    input.setAttribute("aria-valuetext", tell(get()));
    setText(value, tell(get()));
  };
  return { element: h("div", { class: "w-slider" }, h("label", { for: id }, label), input, value), update, input };
}

// An editable grid of numbers; `set(k, value)` is told each change that is a number.
export function fields({ label, names, get, set, columns, kind = "filters" }) {
  const inputs = names.map((name, k) => {
    const input = h("input", { type: "text", inputmode: "numeric", "aria-label": name, autocomplete: "off" });
    input.addEventListener("input", () => {
      const value = Number(input.value.replace("−", "-").replace(",", "."));
      const good = input.value.trim() !== "" && Number.isFinite(value) && Math.abs(value) <= 999;
      input.setAttribute("aria-invalid", String(!good));
      if (good) set(k, value);
    });
    input.addEventListener("blur", () => update());
    return input;
  });
  const element = h("div", { class: `w-fields w-${kind}`, role: "group", "aria-label": label,
    style: `--columns:${columns}` }, inputs);
  const update = () => inputs.forEach((input, k) => {
    if (document.activeElement === input) return;
    input.value = written(get(k), 3);
    input.setAttribute("aria-invalid", "false");
  });
  return { element, update };
}

// ---- colors: numbers stay readable on whatever lies under them ----

const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
export function shade(red, green = red, blue = red) {
  const bytes = [red, green, blue].map((v) => Math.round(clamp(v, 0, 1) * 255));
  const [r, g, b] = bytes.map((v) => linear(v / 255));
  const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  // Where black and white contrast equally with the ground, both have 4.58.
  return { color: `rgb(${bytes.join(", ")})`, ink: light > 0.1791 ? "rgb(0, 0, 0)" : "rgb(255, 255, 255)" };
}

// A tint of a kind's color, stronger for larger magnitudes, weak enough for the page's ink.
export const tint = (kind, share) => ({
  color: `color-mix(in srgb, var(--${kind}) ${Math.round(6 + 24 * clamp(Math.abs(share), 0, 1))}%, var(--w-ground))`,
});

// Gives every visible code cell Run and Edit, and practice cells Check. Python itself is loaded
// only when somebody presses Run.
import * as engine from "./engine.js";

const WORDS = {
  stdout: "run-text",
  value: "run-text",
  stderr: "run-text run-error",
  error: "run-text run-error",
  note: "run-note",
};
const cells = [];
let queue = Promise.resolve();

function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {}))
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null) element.setAttribute(name, value);
  element.append(...children.filter(Boolean));
  return element;
}
const button = (text, onclick, more) =>
  h("button", { type: "button", class: "run-button", onclick, ...more }, text);

for (const element of document.querySelectorAll("div.cell:not(.tag_no-run)")) {
  const pre = element.querySelector(":scope > .cell_input pre");
  if (pre) cells.push(prepare(element, pre, cells.length + 1));
}

engine.events.addEventListener("gone", () => {
  for (const cell of cells) cell.ran = false;
});

function prepare(element, pre, number) {
  const cell = {
    element,
    number,
    ran: false,
    editor: null,
    original: pre.textContent.replace(/\n$/, ""),
    name: `cell ${number}`,
    input: element.querySelector(":scope > .cell_input"),
    output: h("div", {
      class: "run-output",
      role: "region",
      "aria-label": `Output of cell ${number}`,
      hidden: "",
    }),
    status: h("span", { class: "run-status", role: "status" }),
    bar: h("div", { class: "run-bar", role: "group", "aria-label": `Cell ${number}` }),
  };
  cell.code = () => cell.editor?.code() ?? cell.original;
  cell.run = button("Run", () => (cell.busy ? engine.stop() : press(cell)), {
    "aria-label": `Run cell ${number}`,
  });
  cell.edit = button("Edit", () => edit(cell), { "aria-label": `Edit cell ${number}` });
  cell.undo = button("Undo changes", () => restore(cell), {
    hidden: "",
    "aria-label": `Undo changes of cell ${number}`,
  });
  cell.above = button("Run all above", () => press(cell), {
    hidden: "",
    "aria-label": `Run all cells above, then cell ${number}`,
  });
  cell.practice = element.closest(".practice");
  cell.check = cell.practice && button("Check", () => check(cell));
  cell.reveal = cell.practice && button("Name the mistake", () => reveal(cell), { hidden: "" });
  cell.bar.append(
    ...[cell.run, cell.check, cell.reveal, cell.edit, cell.undo, cell.above, cell.status].filter(
      Boolean,
    ),
  );
  cell.input.after(cell.bar);
  cell.bar.after(cell.output);
  return cell;
}

// ---- running ----

// A cell needs what the cells above it have made: those that have not run yet run first.
// Practice stands alone.
function press(cell) {
  const above = cell.practice
    ? []
    : cells.filter((other) => other.number < cell.number && !other.ran && !other.practice);
  cell.above.hidden = true;
  return enqueue(async () => {
    if (!(await load(cell))) return;
    for (const other of above) {
      note(cell, `First cell ${other.number}, above …`);
      const error = await execute(other);
      if (error === "Ended" || error === "KeyboardInterrupt") return note(cell, "");
      if (error)
        return note(cell, `Cell ${other.number}, above, stopped with ${error}. Look there first.`);
    }
    note(
      cell,
      above.length
        ? `Ran ${above.length === 1 ? "the cell" : `${above.length} cells`} above first.`
        : "",
    );
    await execute(cell);
  });
}

// One after the other, also when somebody presses quickly.
function enqueue(task) {
  queue = queue.then(task, task);
  return queue;
}

async function load(cell) {
  const bar = h("progress", { "aria-label": "Loading Python", max: 1 });
  const words = h("span", {}, " Loading Python …");
  const slow = setTimeout(() => cell.status.replaceChildren(bar, words), 60);
  let told = 0;
  try {
    await engine.start((bytes, total) => {
      bar.value = Math.min(1, bytes / total);
      if (performance.now() - told < 250) return;
      told = performance.now();
      words.textContent =
        ` Loading Python: ${(bytes / 1e6).toFixed(0)} of ` + `${(total / 1e6).toFixed(0)} MB`;
    });
    return true;
  } catch (error) {
    clearTimeout(slow);
    note(
      cell,
      `Python could not be loaded: ${error.message}. Check the connection and press Run again; ` +
        "the results on this page stay as they are. In your own Python, " +
        "the same code runs with convkit installed.",
    );
    return false;
  } finally {
    clearTimeout(slow);
    if (cell.status.contains(bar)) note(cell, "");
  }
}

async function execute(cell, code = cell.code(), name = cell.name) {
  busy(cell, true);
  clear(cell);
  const { error, milliseconds } = await engine.run(code, name, (kind, text) =>
    write(cell, kind, text),
  );
  busy(cell, false);
  cell.ran = !error;
  cell.output.dataset.milliseconds = milliseconds.toFixed(1);
  if (!cell.output.childElementCount && !error)
    write(cell, "note", "Done. This cell shows nothing.");
  if (error === "Ended") {
    write(cell, "note", "Stopped. Python was ended, and all variables are gone.");
    cell.above.hidden = false;
  } else if (error === "KeyboardInterrupt") write(cell, "note", "Stopped. The variables are kept.");
  else if (error === "Fatal") engine.events.dispatchEvent(new Event("gone"));
  cell.element.dataset.ran = error || "yes";
  return error;
}

function busy(cell, on) {
  cell.busy = on;
  cell.run.textContent = on ? "Stop" : "Run";
  cell.run.setAttribute("aria-label", `${on ? "Stop" : "Run"} cell ${cell.number}`);
  cell.output.setAttribute("aria-busy", String(on));
}

function note(cell, text) {
  cell.status.textContent = text;
}

function clear(cell) {
  cell.output.replaceChildren();
  cell.output.hidden = false;
  for (const old of cell.element.querySelectorAll(":scope > .cell_output")) old.hidden = true;
  delete cell.element.dataset.ran;
}

function write(cell, kind, text) {
  const end = cell.output.lastElementChild;
  if (kind === "html") {
    const part = h("div", { class: "run-html" });
    part.innerHTML = text; // made by the reader's own code, in the reader's own page
    cell.output.append(part);
  } else if (kind !== "note" && end?.dataset.kind === kind) end.firstChild.data += text;
  else
    cell.output.append(
      h(
        kind === "note" ? "p" : "pre",
        { class: WORDS[kind], "data-kind": kind, tabindex: kind === "note" ? null : "0" },
        text,
      ),
    );
}

// ---- editing ----

async function edit(cell, focus = true) {
  if (cell.editor) return cell.editor.focus();
  cell.edit.disabled = true;
  const place = h("div", { class: "run-editor" });
  const setup = {
    parent: place,
    code: cell.original,
    label: `Code of cell ${cell.number}`,
    onrun: () => press(cell),
    onchange: () => {
      cell.undo.hidden = cell.code() === cell.original;
      cell.ran = false; // what it made is no longer what it says
    },
  };
  try {
    // @ts-expect-error: put there when the book is built
    const { edit: open } = await import("./vendor/editor.js");
    cell.editor = open(setup);
  } catch {
    cell.editor = plain(setup); // without the editor, a plain field does
  }
  cell.shown = cell.input.firstElementChild;
  cell.shown.hidden = true;
  cell.input.prepend(place);
  cell.edit.hidden = true;
  if (focus) cell.editor.focus();
}

function plain({ parent, code, label, onrun, onchange }) {
  const field = h("textarea", {
    "aria-label": label,
    spellcheck: "false",
    rows: String(code.split("\n").length + 1),
  });
  field.value = code;
  field.addEventListener("input", onchange);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey || event.shiftKey)) return;
    event.preventDefault();
    onrun();
  });
  parent.append(field);
  return {
    code: () => field.value,
    write: (text) => {
      field.value = text;
      onchange();
    },
    focus: () => field.focus(),
  };
}

function restore(cell) {
  cell.editor.write(cell.original);
  cell.undo.hidden = true;
  cell.editor.focus();
}

// ---- practice ----

function check(cell) {
  const { exercise, answer } = cell.practice.dataset;
  return enqueue(async () => {
    if (!(await load(cell))) return;
    if (await execute(cell)) return;
    const code =
      `from convkit import check as _check\n_verdict = ` +
      `_check.run(${JSON.stringify(exercise)}, ${answer})\n_verdict`;
    const error = await execute(cell, code, "check");
    cell.reveal.hidden = error !== "" || !/not yet|partly right/.test(cell.output.textContent);
  });
}

function reveal(cell) {
  return enqueue(() => execute(cell, "print(_verdict.reveal())", "check"));
}

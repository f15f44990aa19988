// One Python for the page: starts the worker on first use, runs cells in turn, stops them.
const base = new URL("./", import.meta.url).href;
const STOP_SECONDS = 2; // what does not listen to an interrupt for so long is ended

let worker = null;
let starting = null;
let shared = null;
let current = null; // { id, output, finish }
let count = 0;

// Told when all variables are gone: by a Stop that had to end Python.
export const events = new EventTarget();
export const running = () => current !== null;
export const keepsVariables = () => globalThis.crossOriginIsolated === true;

/** @param {(bytes: number, total: number) => void} [onprogress] */
export function start(onprogress = () => {}) {
  starting ??= begin(onprogress).catch((error) => {
    starting = null;
    throw error;
  });
  return starting;
}

async function begin(onprogress) {
  const answer = await fetch(`${base}run.json`);
  if (!answer.ok) throw new Error("this copy of the book was built without Python for the browser");
  const config = await answer.json();
  shared = keepsVariables() ? new SharedArrayBuffer(1) : null;
  worker = new Worker(`${base}worker.js`, { type: "module" });
  return new Promise((ready, failed) => {
    worker.onerror = (event) => failed(new Error(event.message || "the worker could not start"));
    worker.onmessage = ({ data }) => {
      if (data.type === "progress") onprogress(data.bytes, data.total);
      else if (data.type === "ready") ready(data.seconds);
      else if (data.type === "failed") failed(new Error(data.message));
      else if (current && data.id === current.id) {
        if (data.type === "output") current.output(data.kind, data.text);
        else current.finish(data);
      }
    };
    worker.postMessage({ type: "load", base, config, shared });
  });
}

// Run one cell; resolves to { error, milliseconds }, where error is "" or an exception's name.
export async function run(code, name, output) {
  await start();
  const id = ++count;
  const result = await new Promise((finish) => {
    current = { id, output, finish };
    worker.postMessage({ type: "run", id, code, name });
  });
  current = null;
  return result;
}

export function stop() {
  if (!current) return;
  const { id } = current;
  if (!shared) return end();
  new Uint8Array(shared)[0] = 2; // what Ctrl-C would send
  setTimeout(() => current?.id === id && end(), STOP_SECONDS * 1000);
}

function end() {
  worker.terminate();
  worker = starting = null;
  const stopped = current;
  current = null;
  events.dispatchEvent(new Event("gone"));
  stopped?.finish({ error: "Ended", milliseconds: 0 });
}

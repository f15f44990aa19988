// Python, off the page's own thread: loads Pyodide, NumPy and convkit from the book's folder and
// runs cells. Speaks with engine.js in messages.
let python = null;
let runCell = null;
let interrupt = null;

const say = (type, more) => postMessage({ type, ...more });

// Counts what arrives, so that the page can show it.
function countBytes(total) {
  const original = self.fetch.bind(self);
  let bytes = 0;
  self.fetch = async (...request) => {
    const response = await original(...request);
    if (!response.ok || !response.body) return response;
    const counted = response.body.pipeThrough(
      new TransformStream({
        transform(chunk, controller) {
          bytes += chunk.byteLength;
          say("progress", { bytes, total });
          controller.enqueue(chunk);
        },
      }),
    );
    return new Response(counted, { status: response.status, headers: response.headers });
  };
}

async function load({ base, config, shared }) {
  const started = performance.now();
  countBytes(config.bytes);
  const vendor = new URL(config.vendor, base).href;
  // Everything is fetched at once; Pyodide fetches NumPy while it starts.
  const wheelBytes = fetch(new URL(config.wheel, base)).then((answer) => answer.arrayBuffer());
  const runnerText = fetch(new URL("runner.py", base)).then((answer) => answer.text());
  const { loadPyodide } = await import(`${vendor}pyodide.mjs`);
  python = await loadPyodide({ indexURL: vendor, packages: ["numpy"] });
  const [wheel, runner] = await Promise.all([wheelBytes, runnerText]);
  python.unpackArchive(wheel, "wheel");
  if (shared) {
    interrupt = new Uint8Array(shared);
    python.setInterruptBuffer(interrupt);
  }
  const module = python.toPy({});
  python.runPython(runner, { globals: module, filename: "runner.py" });
  runCell = module.get("run_cell");
  python.runPython("import convkit"); // the first import takes longest: part of loading
  say("ready", { seconds: (performance.now() - started) / 1000 });
}

function run({ id, code, name }) {
  if (interrupt) interrupt[0] = 0;
  const started = performance.now();
  let error;
  try {
    error = runCell(code, name, (kind, text) => say("output", { id, kind, text }));
  } catch (fatal) {
    // An interrupt between two lines of ours, or Python itself gave up.
    error = String(fatal).includes("KeyboardInterrupt") ? "KeyboardInterrupt" : "Fatal";
    say("output", { id, kind: "error", text: String(fatal.message ?? fatal) });
  }
  say("done", { id, error, milliseconds: performance.now() - started });
}

self.onmessage = async ({ data }) => {
  if (data.type === "run") return run(data);
  try {
    await load(data);
  } catch (error) {
    say("failed", { message: String(error.message ?? error) });
  }
};

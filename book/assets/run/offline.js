// Keeps the book for reading without a connection, and isolates its pages so that Stop can
// interrupt Python. See sw.js, which the build writes to the top folder.
const home = new URL(document.documentElement.dataset.content_root ?? "./", location.href);
if ("serviceWorker" in navigator && isSecureContext)
  addEventListener("load", () =>
    navigator.serviceWorker.register(new URL("sw.js", home)).catch(() => {
      // Private windows may forbid it: the book then needs its connection, nothing more.
    }),
  );

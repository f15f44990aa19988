// Service worker of the book, written by book/ext/run_in_page.py. The network comes first, so that
// a newer book is seen at once; without a network, what was kept answers. Python for the page is
// kept when it is first used.
const VERSION = "@VERSION@";
const RUN = "@RUN@"; // the cache of files that never change under their name
const PREFIX = "convkit-book";
const FILES = ["@FILES@"];

self.addEventListener("install", (event) => {
  const keep = async () => {
    const cache = await caches.open(`${PREFIX}-${VERSION}`);
    // One by one: a single missing file must not lose all the others.
    await Promise.all(
      FILES.map((file) => cache.add(new Request(file, { cache: "no-cache" })).catch(() => {})),
    );
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const own = [`${PREFIX}-${VERSION}`, `${PREFIX}-run-${RUN}`];
  const tidy = async () => {
    for (const name of await caches.keys())
      if (name.startsWith(PREFIX) && !own.includes(name)) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

// Cross-origin isolation: with it, a page may share memory with its worker, which Stop needs.
function isolated(response) {
  if (response.status === 0 || response.type === "opaque") return response;
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  return new Response(response.body, {
    status: response.status,
    statusText: response.statusText,
    headers,
  });
}

async function answer(request) {
  const scope = self.registration.scope;
  const fixed = request.url.startsWith(`${scope}_static/run/vendor/`);
  const cache = await caches.open(fixed ? `${PREFIX}-run-${RUN}` : `${PREFIX}-${VERSION}`);
  if (fixed) {
    const kept = await cache.match(request);
    if (kept) return isolated(kept);
  }
  try {
    const fresh = await fetch(request);
    if (fresh.ok && fresh.status === 200) cache.put(request, fresh.clone()).catch(() => {});
    return isolated(fresh);
  } catch (error) {
    const url = request.url.endsWith("/") ? `${request.url}index.html` : request.url;
    const kept = await cache.match(url, { ignoreSearch: true });
    if (kept) return isolated(kept);
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "GET" && request.url.startsWith(self.registration.scope))
    event.respondWith(answer(request));
});

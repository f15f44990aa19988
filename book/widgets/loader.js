// Finds the places of widgets and lets each one's own module take over. The still form stays for
// print, and for whoever's browser cannot load the module.
/** @type {NodeListOf<HTMLElement>} */
const places = document.querySelectorAll("section.widget[data-widget]");
const seen = new Map();

for (const place of places) {
  const name = place.dataset.widget;
  const number = (seen.get(name) ?? 0) + 1;
  seen.set(name, number);
  const key = number > 1 ? `${name}.${number}` : name;
  const linked = location.hash.startsWith(`#w=${key};`) || location.hash === `#w=${key}`;
  const load = () => take(place, name, key, linked);
  if (linked) load();
  else nearby(place, load);
}

// A widget far down a page loads when the reader comes near it.
function nearby(place, load) {
  const watch = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      load();
    },
    { rootMargin: "1200px" },
  );
  watch.observe(place);
}

async function take(place, name, key, linked) {
  const still = document.createElement("div");
  still.className = "widget-still";
  still.append(...place.childNodes);
  try {
    await import(`./${name}.js`);
    const live = document.createElement(`ck-${name}`);
    live.className = "widget-live";
    live.dataset.key = key;
    place.append(still, live);
    place.classList.add("is-live");
    if (linked) holdInView(place);
  } catch (error) {
    place.replaceChildren(...still.childNodes);
    console.warn(`widget ${name}:`, error);
  }
  place.dataset.ready = place.classList.contains("is-live") ? "live" : "still";
}

// A link leads to its widget. The page still grows while this one and others above it are drawn:
// the place is followed for a while, until the reader moves.
function holdInView(place) {
  const show = () => place.scrollIntoView({ block: "start", behavior: "instant" });
  const watch = new ResizeObserver(show);
  const moves = ["wheel", "touchstart", "pointerdown", "keydown"];
  const leave = () => {
    watch.disconnect();
    for (const move of moves) removeEventListener(move, leave, true);
  };
  for (const move of moves) addEventListener(move, leave, { capture: true, passive: true });
  setTimeout(leave, 5000);
  show();
  watch.observe(document.body);
}

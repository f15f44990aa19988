// Turns the slides by keyboard, and shows or hides the notes. Without it, the page scrolls.
const root = document.documentElement;
const slides = [...document.querySelectorAll(".slide")];

// The theme that the reader chose in the book; else what the system says.
const mode = localStorage.getItem("mode");
const dark =
  mode === "dark" || (mode !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
root.dataset.theme = dark ? "dark" : "light";
root.dataset.notes = "off";
document.getElementById("keys").hidden = false;

function current() {
  const middle = innerHeight / 2;
  const distance = (slide) => {
    const box = slide.getBoundingClientRect();
    return Math.abs((box.top + box.bottom) / 2 - middle);
  };
  return slides.reduce(
    (best, slide, k) => (distance(slide) < distance(slides[best]) ? k : best),
    0,
  );
}

function go(k) {
  slides[Math.min(slides.length - 1, Math.max(0, k))].scrollIntoView({
    block: "start",
    behavior: "instant",
  });
}

const MOVES = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in MOVES) go(current() + MOVES[event.key]);
  else if (event.key === "Home") go(0);
  else if (event.key === "End") go(slides.length - 1);
  else if (event.key === "n" || event.key === "N")
    root.dataset.notes = root.dataset.notes === "off" ? "on" : "off";
  else return;
  event.preventDefault();
});

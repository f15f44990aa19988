// The reader's own picture: from a file, dropped, or from the camera. It never leaves the page.
import { button, freshId, h } from "./base.js";
import { tensor } from "./numbers.js";

// Pixels of anything that can be drawn, at most `most` on the longer side: (H, W, 3), 0 to 1.
export function pixelsOf(source, most) {
  const [width, height] = [source.videoWidth || source.width, source.videoHeight || source.height];
  const scale = Math.min(1, most / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(2, Math.round(width * scale));
  canvas.height = Math.max(2, Math.round(height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff"; // under transparent pictures
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  const bytes = context.getImageData(0, 0, canvas.width, canvas.height).data;
  const image = tensor([canvas.height, canvas.width, 3]);
  for (let k = 0; k < canvas.width * canvas.height; k++)
    for (let p = 0; p < 3; p++) image.data[3 * k + p] = bytes[4 * k + p] / 255;
  return image;
}

export async function load(address, most = 256) {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  return pixelsOf(picture, most);
}

export const portrait = () => load(new URL("./portrait.png", import.meta.url).href);

// Buttons and a place to drop a file; `take(image, name)` gets the pixels.
export function ownPicture({ most = 256, take, say, usual }) {
  const id = freshId();
  const read = async (file) => {
    if (!file) return;
    if (!file.type.startsWith("image/")) return say(`${file.name} is not a picture. Choose a JPEG, PNG or WebP file.`);
    const address = URL.createObjectURL(file);
    try {
      take(await load(address, most), file.name);
    } catch {
      say(`${file.name} could not be read as a picture. Try a JPEG or PNG file.`);
    } finally {
      URL.revokeObjectURL(address);
    }
  };
  const input = h("input", { type: "file", accept: "image/*", id, class: "w-file", tabindex: -1, "aria-hidden": "true",
    onchange: () => read(input.files[0]) });
  const video = h("video", { class: "w-hidden", muted: true, playsinline: true, width: 240, "aria-label": "what the camera sees" });
  let stream = null;
  const close = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.classList.add("w-hidden");
    camera.textContent = "Camera";
  };
  const snap = async () => {
    if (stream) {
      take(pixelsOf(video, most), "the camera’s picture");
      return close();
    }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      return say("No camera can be used here: it may be missing, or not allowed for this page. Choose a file instead.");
    }
    video.srcObject = stream;
    await video.play();
    video.classList.remove("w-hidden");
    camera.textContent = "Take the picture";
  };
  const camera = button("Camera", snap);
  const element = h("div", { class: "w-drop" },
    h("div", { class: "w-buttons" },
      button("Your own picture …", () => input.click()), camera,
      usual && button(usual.label, () => (close(), usual.take()))),
    input, video, h("p", { class: "w-where" }, "Or drop a file here. It stays on this page: nothing is sent anywhere."));
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"])
    element.addEventListener(kind, (event) => {
      event.preventDefault();
      element.classList.toggle("is-over", kind === "dragenter" || kind === "dragover");
      if (kind === "drop") read(event.dataTransfer.files[0]);
    });
  return { element, close };
}

// ---- pictures of arrays ----

function paint(canvas, rows, columns, color) {
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(columns, rows);
  for (let k = 0; k < rows * columns; k++) {
    const [r, g, b] = color(k);
    pixels.data.set([r * 255, g * 255, b * 255, 255], 4 * k);
  }
  context.putImageData(pixels, 0, 0);
}

// (H, W, 3), 0 to 1.
export function paintColor(canvas, image) {
  const { data, shape } = image;
  paint(canvas, shape[0], shape[1], (k) => [data[3 * k], data[3 * k + 1], data[3 * k + 2]]);
}

// (H, W): `middle` is middle gray, `middle` ± `reach` are white and black.
export function paintMap(canvas, map, middle, reach) {
  paint(canvas, ...map.shape, (k) => {
    const v = 0.5 + (0.5 * (map.data[k] - middle)) / (reach || 1);
    return [v, v, v];
  });
}

// The middle value, and how far 98 of 100 values lie from it.
export function spreadOf(data) {
  const sorted = Float64Array.from(data).sort();
  const middle = sorted[sorted.length >> 1];
  const far = sorted.map((v) => Math.abs(v - middle)).sort();
  return { middle, reach: far[Math.floor(0.98 * (far.length - 1))] || 1 };
}

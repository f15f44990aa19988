// The reader's own picture: from a file, dropped, or from the camera. It never leaves the page.
import { button, freshId, h } from "./dom.js";
import { tensor } from "./numbers.js";

/** @typedef {import("./numbers.js").Tensor} Tensor */

/** @param {HTMLCanvasElement} canvas @param {CanvasRenderingContext2DSettings} [settings] */
const pen = (canvas, settings) =>
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", settings));

/**
 * Pixels of anything that can be drawn: (H, W, 3), 0 to 1.
 *
 * @param {HTMLImageElement | HTMLVideoElement | HTMLCanvasElement} source
 * @param {number} most on the longer side
 */
export function pixelsOf(source, most) {
  const moving = source instanceof HTMLVideoElement;
  const width = moving ? source.videoWidth : source.width;
  const height = moving ? source.videoHeight : source.height;
  const scale = Math.min(1, most / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(2, Math.round(width * scale));
  canvas.height = Math.max(2, Math.round(height * scale));
  const context = pen(canvas, { willReadFrequently: true });
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

/** @param {string} address @param {number} [most] on the longer side */
export async function load(address, most = 256) {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  return pixelsOf(picture, most);
}

export const portrait = () => load(new URL("./portrait.png", import.meta.url).href);

/**
 * Buttons and a place to drop a file.
 *
 * @param {object} options
 * @param {number} [options.most] on the longer side
 * @param {(image: Tensor, name: string) => void} options.take gets the pixels
 * @param {(text: string) => void} options.say
 * @param {{ label: string, take: () => void }} [options.usual] a button back to the usual picture
 */
export function ownPicture({ most = 256, take, say, usual }) {
  const id = freshId();
  /** @param {File | undefined} file */
  const read = async (file) => {
    if (!file) return;
    if (!file.type.startsWith("image/"))
      return say(`${file.name} is not a picture. Choose a JPEG, PNG or WebP file.`);
    const address = URL.createObjectURL(file);
    try {
      take(await load(address, most), file.name);
    } catch {
      say(`${file.name} could not be read as a picture. Try a JPEG or PNG file.`);
    } finally {
      URL.revokeObjectURL(address);
    }
  };
  const input = h("input", {
    type: "file",
    accept: "image/*",
    id,
    class: "w-file",
    tabindex: -1,
    "aria-hidden": "true",
  });
  input.addEventListener("change", () => read(input.files?.[0]));
  const video = h("video", {
    class: "w-hidden",
    muted: true,
    playsinline: true,
    width: 240,
    "aria-label": "what the camera sees",
  });
  /** @type {MediaStream | null} */
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
      return say(
        "No camera can be used here: it may be missing, or not allowed for this page. " +
          "Choose a file instead.",
      );
    }
    video.srcObject = stream;
    await video.play();
    video.classList.remove("w-hidden");
    camera.textContent = "Take the picture";
  };
  const camera = button("Camera", snap);
  const element = h(
    "div",
    { class: "w-drop" },
    h(
      "div",
      { class: "w-buttons" },
      button("Your own picture …", () => input.click()),
      camera,
      usual &&
        button(usual.label, () => {
          close();
          usual.take();
        }),
    ),
    input,
    video,
    h(
      "p",
      { class: "w-where" },
      "Or drop a file here. It stays on this page: nothing is sent anywhere.",
    ),
  );
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"])
    element.addEventListener(kind, (event) => {
      event.preventDefault();
      element.classList.toggle("is-over", kind === "dragenter" || kind === "dragover");
      if (event instanceof DragEvent && kind === "drop") read(event.dataTransfer?.files[0]);
    });
  return { element, close };
}

// ---- pictures of arrays ----

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} rows
 * @param {number} columns
 * @param {(k: number) => [red: number, green: number, blue: number]} color 0 to 1
 */
function paint(canvas, rows, columns, color) {
  canvas.width = columns;
  canvas.height = rows;
  const context = pen(canvas);
  const pixels = context.createImageData(columns, rows);
  for (let k = 0; k < rows * columns; k++) {
    const [r, g, b] = color(k);
    pixels.data.set([r * 255, g * 255, b * 255, 255], 4 * k);
  }
  context.putImageData(pixels, 0, 0);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Tensor} image (H, W, 3), 0 to 1
 */
export function paintColor(canvas, image) {
  const { data, shape } = image;
  paint(canvas, shape[0], shape[1], (k) => [data[3 * k], data[3 * k + 1], data[3 * k + 2]]);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Tensor} map (H, W)
 * @param {number} middle drawn as middle gray
 * @param {number} reach middle ± reach are white and black
 */
export function paintMap(canvas, map, middle, reach) {
  paint(canvas, map.shape[0], map.shape[1], (k) => {
    const v = 0.5 + (0.5 * (map.data[k] - middle)) / (reach || 1);
    return [v, v, v];
  });
}

/**
 * The middle value, and how far 98 of 100 values lie from it.
 *
 * @param {ArrayLike<number>} data
 */
export function spreadOf(data) {
  const sorted = Float64Array.from(data).sort();
  const middle = sorted[sorted.length >> 1];
  const far = sorted.map((v) => Math.abs(v - middle)).sort();
  return { middle, reach: far[Math.floor(0.98 * (far.length - 1))] || 1 };
}

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
import { readAddress, writeAddress } from "./address.js";
import { button, h, setText } from "./dom.js";

/** @typedef {import("./address.js").State} State */

export class Widget extends HTMLElement {
  /** @type {State} */
  static defaults = {};

  /** @type {State} */
  state = {};
  /** @type {State} */
  defaults = {};
  key = "";
  loaded = false;
  status = h("p", { class: "w-status", role: "status" });
  stage = h("div", { class: "w-stage" });
  /** @type {(() => void)[]} what halts what plays by itself */
  stops = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  pending;

  connectedCallback() {
    if (this.key) return;
    this.key = this.dataset.key ?? "";
    const { defaults } = /** @type {typeof Widget} */ (this.constructor);
    this.defaults = { shown: false, ...defaults };
    this.state = this.clean({ ...this.defaults, ...readAddress(this.key, this.defaults) });
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

  /**
   * Correct what an address may have wrong.
   *
   * @param {State} state
   * @returns {State}
   */
  clean(state) {
    return state;
  }

  /** Halt whatever plays by itself. */
  stop() {
    for (const stop of this.stops) stop();
  }

  /**
   * Make the parts once.
   *
   * @returns {Element | undefined} what stands in the widget; the stage where it returns nothing
   */
  build() {
    return undefined;
  }

  /**
   * Get what the parts need; update() is called only afterwards.
   *
   * @returns {Promise<void> | void}
   */
  load() {}

  /** Write the state into the parts. */
  update() {}

  refresh() {
    this.classList.toggle("is-shown", this.state.shown);
    if (this.loaded) this.update();
  }

  /**
   * Change the state, and with it what is shown.
   *
   * @param {State} changes
   * @param {string} [said] what a listener hears
   */
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

  /** @param {string} text what a listener hears */
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

  /**
   * The package's numbers, which are written beside this file when the book is built.
   *
   * @returns {Promise<any>}
   */
  static data() {
    const place = "./data.js";
    return import(place);
  }
}

/**
 * @param {string} name of the module, and after `ck-` of the element
 * @param {typeof Widget} type
 */
export function define(name, type) {
  const tag = `ck-${name}`;
  if (!customElements.get(tag)) customElements.define(tag, type);
}

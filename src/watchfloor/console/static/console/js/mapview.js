// What part of the Earth the map shows, moved by pointer, wheel, keys and buttons alike.
//
// Events: "draw", whenever something has to be drawn anew; "settled", once it moves no more.

import * as keys from "./keys.js";
import { panned, placeIn, zoomed } from "./mercator.js";
import { followHands } from "./pointing.js";

const STEP = 0.25;  // of the width or height
const SETTLED = 150;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class MapView extends EventTarget {
  isHome = false;
  #frame = 0;
  #timer = 0;
  #at = { lat: 0, lon: 0, zoom: 1 };

  /** box: the element that shows it; home(): the view to come back to. */
  constructor(box, home) {
    super();
    Object.assign(this, { box, home, size: sizeOf(box) });
    new ResizeObserver(() => this.#resized()).observe(box);
    followHands(this);
    this.#followKeys();
    box.addEventListener("click", ({ target }) => this.#press(target.closest("[data-move]")));
  }

  get at() {
    return this.#at;
  }

  go(view) {
    this.isHome = false;
    this.#at = view;
    this.redraw();
  }

  goHome() {
    this.go(this.home());
    this.isHome = true;
  }

  /** Where a point of the Earth is, in pixels from the top left. */
  place(point) {
    return placeIn(this.#at, this.size, point);
  }

  sees(point) {
    const { left, top } = this.place(point);
    return left >= 0 && top >= 0 && left <= this.size.width && top <= this.size.height;
  }

  redraw() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.dispatchEvent(new Event("draw"));
    });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.dispatchEvent(new Event("settled")), SETTLED);
  }

  zoom(by) {
    this.go(zoomed(this.#at, by));
  }

  /** Half a view to the east is step(2, 0). */
  step(right, down) {
    this.go(panned(this.#at, right * STEP * this.size.width, down * STEP * this.size.height));
  }

  #resized() {
    this.size = sizeOf(this.box);
    if (this.isHome) this.goHome();
    else this.redraw();
  }

  #press(button) {
    if (!button) return;
    const [act, ...by] = button.dataset.move.split(" ");
    if (act === "home") this.goHome();
    else if (act === "zoom") this.zoom(Number(by[0]));
    else this.step(...by.map(Number));
  }

  #followKeys() {
    this.box.addEventListener("keydown", (event) => {
      const by = ARROWS[event.key];
      if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.step(...by);
    });
    keys.on("+", () => this.zoom(1));
    keys.on("-", () => this.zoom(-1));
    keys.on("0", () => this.goHome());
  }
}

function sizeOf(box) {
  return { width: box.clientWidth, height: box.clientHeight };
}

// The rows of a long list that are near the screen, as elements; the others are only height.
// All rows have one height, `grid-auto-rows` of the list.

const NEAR = 8;
const MOST = 80;

export class RowWindow {
  #elements = new Map();
  #order = [];
  #frame = 0;

  /** list: the <ol>; make(id) returns a new row; fill(id, element) brings it up to date. */
  constructor(list, { make, fill }) {
    Object.assign(this, { list, make, fill });
    for (const element of list.children) this.#elements.set(element.dataset.id, element);
    const soon = () => (this.#frame ||= requestAnimationFrame(() => this.#draw()));
    addEventListener("scroll", soon, { passive: true });
    addEventListener("resize", soon, { passive: true });
    new ResizeObserver(soon).observe(list);
  }

  show(order) {
    this.#order = order;
    this.#draw();
  }

  /** Scroll just as far as it takes to see the row, and return its element. */
  reach(index) {
    const { step } = this.#layout();
    const top = this.list.getBoundingClientRect().top + index * step;
    const { scrollPaddingTop, scrollPaddingBottom } = getComputedStyle(document.documentElement);
    const room = parseFloat(scrollPaddingTop) || 0;
    const foot = innerHeight - (parseFloat(scrollPaddingBottom) || 0);
    if (top < room) scrollBy({ top: top - room, behavior: "instant" });
    else if (top + step > foot) scrollBy({ top: top + step - foot, behavior: "instant" });
    this.#draw();
    return this.#elements.get(this.#order[index]);
  }

  #layout() {
    const { gridAutoRows, rowGap } = getComputedStyle(this.list);
    const step = parseFloat(gridAutoRows) + (parseFloat(rowGap) || 0);
    const top = this.list.getBoundingClientRect().top;
    const from = Math.max(0, Math.floor(-top / step) - NEAR);
    const to = Math.min(this.#order.length, Math.ceil((innerHeight - top) / step) + NEAR, from + MOST);
    return { step, from, to };
  }

  #draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const { step, from, to } = this.#layout();
    const near = this.#near(from, to);
    this.#drop(new Set(near.map((index) => this.#order[index])));
    let next = this.list.firstElementChild;
    for (const index of near) {
      const element = this.#element(this.#order[index]);
      if (element === next) next = next.nextElementSibling;
      else this.list.insertBefore(element, next);
      element.style.insetBlockStart = `${index * step}px`;
      element.setAttribute("aria-posinset", index + 1);
      element.setAttribute("aria-setsize", this.#order.length);
    }
    this.list.classList.add("windowed");
    this.list.style.blockSize = `${this.#order.length * step}px`;
  }

  /** Which rows to have as elements: those near the screen, and the one that has the focus. */
  #near(from, to) {
    const near = Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset);
    const focused = this.#order.indexOf(document.activeElement?.closest(".row")?.dataset.id);
    if (focused >= 0 && focused < from) near.unshift(focused);
    if (focused >= to) near.push(focused);
    return near;
  }

  #drop(kept) {
    for (const [id, element] of this.#elements) {
      if (kept.has(id)) continue;
      element.remove();
      this.#elements.delete(id);
    }
  }

  #element(id) {
    const element = this.#elements.get(id) ?? this.make(id);
    this.#elements.set(id, element);
    this.fill(id, element);
    return element;
  }
}

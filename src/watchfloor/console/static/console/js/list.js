// A list of rows, kept in order by key. Nothing moves under the pointer: while the list is
// hovered, focused or paused, rows on screen change in place, and new ones wait behind "n new".
// Life-safety rows do not wait.

import { RowWindow } from "./window.js";

const SETTLE = 350;
const SPARE = 1000;

export class LiveList extends EventTarget {
  #rows = new Map();
  #order = [];
  #shown = new Set();
  #waiting = new Set();
  #gone = new Set();
  #fresh = new Set();
  #frame = 0;
  #filled = new WeakMap();
  #keys = new WeakMap();
  #window;

  /**
   * list: the <ol>; template: a <template> with one row; button: "n new"; empty: shown when
   * there is nothing; limit: rows at most; fill(element, row), keyOf(row), accepts(row),
   * urgent(row): how rows of this kind look, sort (greatest key first), pass the filters, and
   * whether they may not wait.
   */
  constructor(options) {
    super();
    Object.assign(this, options);
    this.paused = false;
    this.isHeld = false;
    this.#window = new RowWindow(this.list, {
      make: (id) => this.#make(id),
      fill: (id, element) => this.#fill(id, element),
    });
    this.button?.addEventListener("click", () => this.settle());
    this.list.addEventListener("pointerleave", () => this.#settleSoon());
    this.list.addEventListener("focusout", () => this.#settleSoon());
  }

  get size() {
    return this.#order.length;
  }

  /** The ids of the rows on screen, in their order. */
  get ids() {
    return [...this.#order];
  }

  row(id) {
    return this.#rows.get(id);
  }

  /** Take `rows` as all there is. */
  load(rows) {
    this.#rows = new Map(rows.filter((row) => this.accepts(row)).map((row) => [row.id, row]));
    this.settle();
  }

  /** Take in `rows` that follow on those loaded; they come to their places at once. */
  extend(rows) {
    const more = rows.filter((row) => !this.#rows.has(row.id) && this.accepts(row));
    for (const row of more) this.#rows.set(row.id, row);
    if (this.busy) this.#set([...this.#order, ...more.map(({ id }) => id)]);
    else this.settle();
  }

  /** Take changes in: {id, row}, row null where it is gone. Drawn once per animation frame. */
  apply(changes) {
    for (const { id, row } of changes) this.#take(id, row);
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  /** Put the focus `steps` rows further, and return whether there was one. */
  move(steps) {
    const at = this.#order.indexOf(document.activeElement?.closest(".row")?.dataset.id);
    if (at === 0 && steps < 0) this.settle();
    const to = at < 0 ? 0 : Math.min(Math.max(at + steps, 0), this.size - 1);
    if (this.size) this.#window.reach(to)?.querySelector(".row-title").focus({ preventScroll: true });
  }

  #take(id, row) {
    const known = this.#rows.get(id);
    if (row && known && row.version < known.version) return;
    const fits = Boolean(row) && this.accepts(row);
    if (fits || (row && this.#shown.has(id))) {
      this.#rows.set(id, row);
      this.#gone.delete(id);
    } else if (this.#shown.has(id)) this.#gone.add(id);
    else this.#forget(id);
    if (!fits || known) return;
    this.#fresh.add(id);
    this.dispatchEvent(new CustomEvent("arrival", { detail: row }));
  }

  get busy() {
    return this.paused || this.isHeld || this.list.matches(":hover") || this.list.contains(document.activeElement);
  }

  #settleSoon() {
    setTimeout(() => this.busy || this.settle(), SETTLE);
  }

  #draw() {
    this.#frame = 0;
    if (this.busy) this.#drawInPlace();
    else this.settle();
  }

  /** Change rows where they stand; keep every one of them in its place. */
  #drawInPlace() {
    this.#trim();
    const urgent = [];
    for (const [id, row] of this.#rows) {
      if (this.#shown.has(id)) continue;
      if (this.urgent(row)) urgent.push(id);
      else this.#waiting.add(id);
    }
    this.#set([...urgent.sort(this.#compare), ...this.#order]);
  }

  #stays(id) {
    return this.#rows.has(id) && !this.#gone.has(id) && this.accepts(this.#rows.get(id));
  }

  /** Bring the list to what it should be: order, arrivals, departures. */
  settle() {
    for (const id of [...this.#rows.keys()]) if (!this.#stays(id)) this.#forget(id);
    this.#gone.clear();
    this.#waiting.clear();
    const old = this.#order.filter((id) => this.#rows.has(id));
    const known = new Set(old);
    const order = [...old, ...[...this.#rows.keys()].filter((id) => !known.has(id))];
    order.sort(this.#compare);  // nearly sorted already, which the engine's sort makes use of
    for (const id of order.splice(this.limit)) this.#forget(id);
    this.#set(order);
  }

  #set(order) {
    this.#order = order;
    this.#shown = new Set(order);
    for (const id of order) this.#waiting.delete(id);
    this.#window.show(order);
    for (const id of order) this.#fresh.delete(id);
    this.#count();
  }

  #compare = (a, b) => {
    const [one, other] = [this.#key(a), this.#key(b)];
    const at = one.findIndex((part, index) => part !== other[index]);
    return at < 0 ? 0 : one[at] < other[at] ? 1 : -1;
  };

  #key(id) {
    const row = this.#rows.get(id);
    if (!this.#keys.has(row)) this.#keys.set(row, this.keyOf(row));
    return this.#keys.get(row);
  }

  /** Keep a list that is not looked at for long from growing with a storm. */
  #trim() {
    if (this.#rows.size < this.limit + SPARE) return;
    const order = [...this.#rows.keys()].sort(this.#compare);
    for (const id of order.slice(this.limit)) if (!this.#shown.has(id)) this.#forget(id);
  }

  #forget(id) {
    this.#rows.delete(id);
    this.#waiting.delete(id);
    this.#fresh.delete(id);
  }

  #make(id) {
    const element = this.template.content.firstElementChild.cloneNode(true);
    if (this.#fresh.has(id)) element.classList.add("arrived");
    return element;
  }

  /** Fill the row's element, unless it shows this very row already. */
  #fill(id, element) {
    const row = this.#rows.get(id);
    if (this.#filled.get(element) !== row) this.fill(element, row);
    this.#filled.set(element, row);
    element.toggleAttribute("data-gone", !this.#stays(id));
  }

  #count() {
    const waiting = [...this.#waiting].filter((id) => this.#stays(id)).length;
    if (this.button) {
      this.button.textContent = `${waiting} new`;
      this.button.classList.toggle("some", waiting > 0);
    }
    if (this.empty) this.empty.hidden = this.size > 0;
    this.dispatchEvent(new CustomEvent("drawn"));
  }
}

// A list of rows, kept in order by key. Nothing moves under the pointer: while the list is
// hovered, focused or paused, rows on screen change in place, and new ones wait behind "n new".
// Life-safety rows do not wait.

const SETTLE = 350;

export class LiveList extends EventTarget {
  #rows = new Map();
  #elements = new Map();
  #order = [];
  #waiting = new Set();
  #frame = 0;
  #shownOnce = new Set();
  #filled = new WeakMap();

  /**
   * list: the <ol>; template: a <template> with one row; button: "n new"; empty: shown when
   * there is nothing; fill(element, row), compare(a, b), accepts(row), urgent(row): how rows of
   * this kind look, sort, pass the filters, and whether they may not wait.
   */
  constructor(options) {
    super();
    Object.assign(this, options);
    this.paused = false;
    for (const element of this.list.children) this.#elements.set(element.dataset.id, element);
    this.button?.addEventListener("click", () => this.settle());
    this.list.addEventListener("pointerleave", () => this.#settleSoon());
    this.list.addEventListener("focusout", () => this.#settleSoon());
  }

  get size() {
    return this.#order.length;
  }

  row(id) {
    return this.#rows.get(id);
  }

  /** Take `rows` as all there is. */
  load(rows) {
    this.#rows = new Map(rows.filter((row) => this.accepts(row)).map((row) => [row.id, row]));
    this.#shownOnce = new Set(this.#rows.keys());
    this.settle();
  }

  /** Take changes in: {id, row}, row null where it is gone. Drawn once per animation frame. */
  apply(changes) {
    for (const { id, row } of changes) this.#take(id, row);
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  #take(id, row) {
    const known = this.#rows.get(id);
    if (row && known && row.version < known.version) return;
    if (row && (this.accepts(row) || this.#elements.has(id))) this.#rows.set(id, row);
    else this.#rows.delete(id);
    if (row && !known && this.accepts(row)) this.dispatchEvent(new CustomEvent("arrival", { detail: row }));
  }

  get busy() {
    return this.paused || this.list.matches(":hover") || this.list.contains(document.activeElement);
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
    const shown = this.#order.filter((id) => this.#elements.has(id));
    const urgent = [];
    for (const [id, row] of this.#rows) {
      if (this.#elements.has(id)) this.#show(id);
      else if (this.urgent(row)) urgent.push(id);
      else this.#waiting.add(id);
    }
    for (const id of shown) this.#elements.get(id).toggleAttribute("data-gone", !this.#stays(id));
    this.#place([...urgent.sort(this.#compareIds), ...shown]);
    this.#count();
  }

  #stays(id) {
    const row = this.#rows.get(id);
    return Boolean(row) && this.accepts(row);
  }

  #compareIds = (a, b) => this.compare(this.#rows.get(a), this.#rows.get(b));

  /** Bring the list to what it should be: order, arrivals, departures. */
  settle() {
    for (const [id, row] of this.#rows) if (!this.accepts(row)) this.#rows.delete(id);
    this.#waiting.clear();
    const order = [...this.#rows.keys()].sort(this.#compareIds);
    for (const id of order.splice(this.limit)) this.#rows.delete(id);
    for (const id of [...this.#elements.keys()]) if (!this.#rows.has(id)) this.#drop(id);
    this.#place(order);
    for (const id of order) this.#show(id);
    this.#count();
  }

  /** Fill the row's element, unless it shows this very row already. */
  #show(id) {
    const element = this.#elements.get(id);
    const row = this.#rows.get(id);
    if (this.#filled.get(element) === row) return;
    this.#filled.set(element, row);
    this.fill(element, row);
  }

  /** Keep a list that is not looked at for long from growing with a storm. */
  #trim() {
    if (this.#rows.size < this.limit * 10) return;
    const order = [...this.#rows.keys()].sort(this.#compareIds);
    for (const id of order.slice(this.limit)) if (!this.#elements.has(id)) this.#forget(id);
  }

  #forget(id) {
    this.#rows.delete(id);
    this.#waiting.delete(id);
  }

  #drop(id) {
    this.#elements.get(id).remove();
    this.#elements.delete(id);
  }

  #place(order) {
    let next = this.list.firstElementChild;
    for (const id of order) {
      const element = this.#elements.get(id) ?? this.#make(id);
      if (element === next) next = next.nextElementSibling;
      else this.list.insertBefore(element, next);
    }
    this.#order = order;
  }

  #make(id) {
    const element = this.template.content.firstElementChild.cloneNode(true);
    if (!this.#shownOnce.has(id)) element.classList.add("arrived");
    this.#shownOnce.add(id);
    this.#elements.set(id, element);
    this.#show(id);
    return element;
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

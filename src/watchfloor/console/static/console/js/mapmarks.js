// The marks of sites: shape and letter of the worst that is open, and how much of it there is.

import { gather, isOnePlace } from "./gathering.js";
import { addressOf, LEVELS, said, together } from "./mapsites.js";
import { CLOSEST, fitted } from "./mercator.js";

const NEAREST = 52;  // pixels from mark to mark
const MOST = 250;  // in a view: packed as close as can be they are 1.15 times as many
const MARGIN = 40;
const NAME = { width: 145, height: 56, half: 60 };

/** box: where the marks come; map: the MapView; look(site): does what no zoom can do. */
export class Marks {
  #elements = new Map();
  #sites = [];
  #severities = new Set();
  #gathered = { zoom: null, marks: [] };

  constructor(box, map, look) {
    Object.assign(this, { box, map, look });
    box.addEventListener("click", ({ target }) => this.#part(target.closest("button.map-mark")));
  }

  /** sites: the worst first; fresh: ids of those at which a person came to be in danger. */
  show(sites, severities, fresh) {
    this.#sites = sites;
    this.#severities = severities;
    this.#gathered.zoom = null;
    this.draw();
    for (const { lead, members } of this.#gathered.marks) {
      if (members.some(({ id }) => fresh.has(id))) this.#elements.get(lead.id)?.classList.add("pulsing");
    }
  }

  draw() {
    const seen = this.#inView();
    const focused = document.activeElement?.closest(".map-mark")?.dataset.site;
    this.#drop(new Set(seen.map(({ lead }) => lead.id)));
    const wanted = seen.map((mark) => [mark, this.#element(mark)]);
    let next = this.box.firstElementChild;
    for (const [mark, element] of wanted) {
      if (element === next) next = next.nextElementSibling;
      else this.box.insertBefore(element, next);
      element.style.transform = `translate(${mark.left.toFixed(1)}px, ${mark.top.toFixed(1)}px)`;
      element.toggleAttribute("data-named", mark.isNamed);
    }
    if (focused && !this.box.contains(document.activeElement)) this.#elements.get(focused)?.focus({ preventScroll: true });
  }

  /** Sites are gathered once for each zoom: nothing changes its company as the map is moved. */
  #inView() {
    const { map, map: { size: { width, height } } } = this;
    const distance = Math.max(NEAREST, Math.sqrt((width * height) / MOST));
    if (this.#gathered.zoom !== map.at.zoom) {
      this.#gathered = { zoom: map.at.zoom, marks: gather(this.#sites, map.at.zoom, distance) };
    }
    const all = this.#gathered.marks.map((mark) => Object.assign(mark, map.place(mark.lead)));
    const seen = all.filter(({ left, top }) => left > -MARGIN && left < width + MARGIN && top > -MARGIN && top < height + MARGIN);
    nameWhereRoom(seen, width);
    return seen;
  }

  #drop(kept) {
    for (const [id, element] of this.#elements) {
      if (kept.has(id)) continue;
      element.remove();
      this.#elements.delete(id);
    }
  }

  #element(mark) {
    const { lead: { id }, members } = mark;
    const tag = members.length === 1 ? "a" : "button";
    if (!this.#elements.get(id)?.matches(tag)) {
      this.#elements.get(id)?.remove();
      this.#elements.set(id, begun(tag, id));
    }
    const element = this.#elements.get(id);
    if (element.mark !== mark) fill(element, mark, this.#severities);
    return element;
  }

  /** Go closer, until the members are apart. */
  #part(element) {
    if (!element) return;
    const { map } = this;
    const { lead, members } = element.mark;
    if (isOnePlace(members) || map.at.zoom >= CLOSEST) {
      this.look(lead);
      return;
    }
    const closer = fitted(members, map.size, CLOSEST);
    map.go({ ...closer, zoom: Math.min(CLOSEST, Math.max(closer.zoom, map.at.zoom + 1)) });
    map.box.focus({ preventScroll: true });
  }
}

/** Let single sites have their name below them, where it is seen whole and covers no other mark. */
function nameWhereRoom(marks, width) {
  for (const mark of marks) {
    const isWhole = mark.left > NAME.half && mark.left < width - NAME.half;
    mark.isNamed = isWhole && mark.members.length === 1 && marks.every((other) => other === mark || !isUnder(mark, other));
  }
}

function isUnder(mark, other) {
  const width = other.isNamed ? NAME.width : NAME.width * 0.65;
  return Math.abs(other.left - mark.left) < width && Math.abs(other.top - mark.top) < NAME.height;
}

function begun(tag, id) {
  const element = document.createElement(tag);
  element.className = "map-mark";
  element.dataset.site = id;
  if (tag === "button") element.type = "button";
  element.addEventListener("animationend", () => element.classList.remove("pulsing"));
  return element;
}

function fill(element, mark, severities) {
  const { lead, members } = mark;
  const open = together(members);
  const isOne = members.length === 1;
  const told = isOne ? `${lead.name}: ${said(open)}` : `${members.length} sites, ${lead.name} among them: ${said(open)}. Zoom in`;
  element.mark = mark;
  element.title = told;
  element.setAttribute("aria-label", told);
  element.dataset.severity = open.worst;
  element.toggleAttribute("data-panic", open.life > 0);
  if (isOne) element.href = addressOf(lead, severities);
  element.replaceChildren(face(members.length, open), piece("map-name", isOne ? lead.name : ""));
}

/** How many sites, where they are several; the shape of the worst, and how many are open. */
function face(sites, { count, worst }) {
  const box = piece("map-face");
  if (sites > 1) box.append(piece("map-sites", sites.toLocaleString("en-GB")));
  else if (!count) box.append(piece("map-calm"));
  if (count) box.append(piece("shape", LEVELS.get(worst).letter));
  if (count > 1) box.append(piece("map-count", String(count)));
  return box;
}

function piece(name, text = "") {
  const element = document.createElement("span");
  element.className = name;
  element.setAttribute("aria-hidden", "true");
  element.textContent = text;
  return element;
}

// The page of the map: what it shows is in its address, and what is open comes by itself.

import { drawGround } from "./mapground.js";
import { showSites } from "./maplist.js";
import { Marks } from "./mapmarks.js";
import { Sites, said, together } from "./mapsites.js";
import { MapView } from "./mapview.js";
import { fitted, zoomed } from "./mercator.js";
import { Outline } from "./outline.js";
import { live } from "./page.js";
import { plural } from "./rows.js";
import { toast } from "./toast.js";

const AT_MOST_EVERY = 2000;
const NEAR = 14;  // what is chosen is looked at from here, or from where one is nearer already
const byId = (id) => document.getElementById(id);
const box = byId("map");
const form = byId("map-filters");
let sites = new Sites([]);
let open = [];
let outline = null;
let timer = 0;

const map = new MapView(box, () => fitted(sites.placed, map.size));
const marks = new Marks(byId("map-marks"), map, chooseFirst);

async function load(address) {
  const answer = await fetch(address).catch(() => null);
  if (answer?.ok && !answer.redirected) return answer.json();
  toast("The map could not be loaded; it may be out of date.", { bad: true });
  return null;
}

const severities = () => new Set(new FormData(form).getAll("severity").map(Number));
const isShown = ({ open: { count } }) => count > 0 || !form.elements.only.checked;

/** Draw what is open; `isNews`: some of it may have come just now. */
function show(isNews = false) {
  const endangered = sites.take(open, severities());
  marks.show(sites.placed.filter(isShown), severities(), isNews ? endangered : new Set());
  tell();
}

/** Say beside the map what is in view, or what is looked for by name; and what is on no map. */
function tell() {
  const words = form.elements.q.value.trim().toLowerCase();
  const fits = words ? ({ name }) => name.toLowerCase().includes(words) : (site) => map.sees(site);
  const found = sites.placed.filter((site) => isShown(site) && fits(site));
  const unplaced = sites.unplaced.filter(isShown);
  byId("map-count").textContent = `${plural(found.length, "site")} ${words ? "found" : "in view"}: ${said(together(found))}`;
  showSites(byId("map-list"), byId("map-more"), found, severities());
  byId("map-unplaced").hidden = !unplaced.length;
  byId("map-unplaced-count").textContent = `${plural(unplaced.length, "site")} without a position: ${said(together(unplaced))}`;
  showSites(byId("map-unplaced-list"), byId("map-unplaced-more"), unplaced, severities());
  byId("map-elsewhere").hidden = !sites.elsewhere.count;
  byId("map-elsewhere-count").textContent = said(sites.elsewhere);
}

function choose({ lat, lon }) {
  map.go({ lat, lon, zoom: Math.max(map.at.zoom, NEAR) });
}

/** Of sites at one place the list tells them apart. */
function chooseFirst(site) {
  choose(site);
  tell();
  byId("map-list").querySelector(`[data-site="${CSS.escape(site.id)}"] button`)?.focus();
}

function readAddress() {
  const query = new URLSearchParams(location.search);
  for (const field of form.querySelectorAll("[type=checkbox]")) {
    field.checked = query.getAll(field.name).includes(field.value);
  }
  const [lat, lon, zoom] = ["lat", "lon", "zoom"].map((name) => Number.parseFloat(query.get(name)));
  if (Number.isFinite(lat) && Number.isFinite(lon)) map.go(zoomed({ lat, lon, zoom: zoom || NEAR }, 0));
  else map.goHome();
}

/** The view of all sites has no place in it: it is another one on every screen. */
function writeAddress() {
  const query = new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "q"));
  const { lat, lon, zoom } = map.at;
  const place = map.isHome ? {} : { lat: lat.toFixed(5), lon: lon.toFixed(5), zoom: zoom.toFixed(2) };
  for (const [name, value] of Object.entries(place)) query.set(name, value);
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
}

async function refetch() {
  timer = 0;
  open = (await load("/map/open.json"))?.open ?? open;
  show(true);
}

const refetchSoon = () => (timer ||= setTimeout(refetch, AT_MOST_EVERY));

function followLive() {
  live.addEventListener("changes", ({ detail }) => {
    if (detail.changes.some(({ kind }) => kind === "incident")) refetchSoon();
  });
  live.addEventListener("reset", refetchSoon);
}

function follow() {
  map.addEventListener("draw", () => {
    drawGround(map);
    outline?.draw(map);
    marks.draw();
  });
  map.addEventListener("settled", () => {
    tell();
    writeAddress();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", ({ target }) => {
    if (target.name === "q") tell();
    else {
      show();
      writeAddress();
    }
  });
  byId("map-list").addEventListener("click", ({ target }) => {
    const row = target.closest("[data-slot=go]")?.closest("li");
    if (row) choose(sites.placed.find(({ id }) => id === row.dataset.site));
  });
}

async function begin() {
  followLive();  // first: what comes while the sites are on their way is news, too

  const [known, now] = await Promise.all(["/map/sites.json", "/map/open.json"].map(load));
  if (!known || !now) return;
  sites = new Sites(known.sites);
  open = now.open;
  readAddress();
  follow();
  show();
  if ("outline" in box.dataset) await drawOutline();
}

/** It comes after the sites: the map is of use without it. */
async function drawOutline() {
  const found = await load("/api/v1/outline");
  if (!found) return;
  outline = new Outline(box.querySelector(".map-outline"), found.shapes);
  map.redraw();
}

void begin();

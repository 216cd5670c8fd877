// What every page of the console does: socket, clock, alarm, theme, keys.

import { patch } from "./actions.js";
import * as arriving from "./arriving.js";
import * as claims from "./claims.js";
import { read } from "./html.js";
import * as keys from "./keys.js";
import * as lifesafety from "./lifesafety.js";
import { Live } from "./live.js";
import { recall, remember } from "./memory.js";
import { ask, permission } from "./notify.js";
import * as offers from "./offers.js";
import { lookAtTests, testAddress } from "./ontest.js";
import "./soundbar.js";
import * as sounding from "./sounding.js";
import { age, moment, refresh, zone } from "./times.js";
import * as unclaimed from "./unclaimed.js";

export function data(id) {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null");
}

const state = data("console-data");
export const live = new Live(state.seq);
export const words = state.words;
export const may = new Set(state.may);
export const me = state.me;

function followLive() {
  const box = document.getElementById("live");
  const text = box.querySelector(".live-text");
  const since = box.querySelector(".live-age");
  let last = state.last_event_at ? Date.parse(state.last_event_at) : 0;
  const show = () => {
    const status = box.dataset.status;
    const at = last && new Date(last).toISOString();
    box.title = at ? `last event ${moment(at)}` : "no event yet";
    text.textContent = status === "live" ? "Live" : status === "waiting" ? "Connecting" : "Reconnecting";
    since.textContent = status === "live" && at ? age(at) : "";
  };
  live.addEventListener("status", ({ detail }) => {
    box.dataset.status = detail.status;
    show();
  });
  live.addEventListener("changes", ({ detail }) => {
    if (detail.changes.every(({ kind }) => kind === "kpis")) return;  // figures are no event
    last = Date.now();
    show();
  });
  setInterval(() => { show(); refresh(); }, 1000);
  show();
}

/** Who has not said by which zone they read times goes by this browser's from now on. */
function adoptZone() {
  if (!document.documentElement.dataset.zone) patch("/api/v1/me/times", { time_zone: zone }).catch(() => null);
}

function chooseTheme() {
  for (const choice of document.querySelectorAll('input[name="theme"]')) {
    choice.checked = choice.value === (recall("theme") ?? "");
    choice.addEventListener("change", () => {
      remember("theme", choice.value || null);
      if (choice.value) document.documentElement.dataset.theme = choice.value;
      else delete document.documentElement.dataset.theme;
    });
  }
}

function offerNotifications() {
  const button = document.getElementById("allow-notifications");
  const show = () => (button.hidden = permission() !== "default");
  button.addEventListener("click", () => ask().then(show));
  show();
}

function bindKeys() {
  const help = document.getElementById("help");
  const box = document.getElementById("keys-on");
  for (const opener of document.querySelectorAll("[data-help]")) {
    opener.addEventListener("click", () => help.showModal());
  }
  box.checked = keys.enabled();
  box.addEventListener("change", () => keys.enable(box.checked));
  keys.on("?", () => help.showModal());
  for (const link of document.querySelectorAll("#rail [data-go]")) {
    keys.on(`g ${link.dataset.go}`, () => location.assign(link.href));
  }
  keys.on("v", nextSight);
  keys.on("t", () => location.assign(testAddress()));
  keys.on("U", switchUser);
  document.querySelector("[data-switch]").addEventListener("click", (event) => {
    event.preventDefault();
    switchUser();
  });
  keys.on("V", openVideo);
  keys.on("/", () => document.querySelector('input[type="search"]')?.focus());
}

/** The rail may be longer than the window, and the open page at its end. */
function showPlaceInRail() {
  document.querySelector("#rail [aria-current]")?.scrollIntoView({ block: "nearest" });
}

/** Where the first alert of a camera on the page, or what is nearest to it, is seen. */
function openVideo() {
  const link = document.querySelector("[data-video]");
  link?.click();
  return Boolean(link);
}

/** Whoever takes over sees what is on the screen now. */
function switchUser() {
  location.assign(`/switch?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** The same night grouped by us, de-duplicated, and as sent: on to the next. */
function nextSight() {
  const all = [...document.querySelectorAll(".sights a")];
  const at = all.findIndex((link) => link.ariaCurrent === "page");
  if (all.length) location.assign(all[(at + 1) % all.length].href);
}

function offerPalette() {
  const open = async () => (await import("./palette.js")).openPalette();
  document.querySelector("[data-palette]").addEventListener("click", open);
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) open();
  });
}

function closeMenus() {
  addEventListener("click", ({ target }) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(target)) menu.open = false;
    }
  });
  addEventListener("keydown", ({ key }) => {
    const menu = key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

/** Where nothing leaves, and what is on test, is said on every page, as soon as it changes. */
async function showWatches() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const fresh = read(await answer.text());
  document.getElementById("watches").replaceChildren(...fresh.getElementById("watches").childNodes);
  refresh(document.getElementById("watches"));
  lookAtTests();
}

live.addEventListener("changes", ({ detail }) => {
  if (detail.changes.some(({ kind }) => kind === "watch" || kind === "test")) showWatches();
});
setInterval(() => lookAtTests() && showWatches(), 5000);
lookAtTests();

/** What sounds on every page, who looks at what, and what is offered to whom. */
function beginAlarms({ now, claims: standing, offers: offered, life_safety, others, quiet_seconds, sounds }) {
  claims.begin(standing, now, me);
  offers.begin(offered, me);
  sounding.begin(sounds);
  lifesafety.begin(life_safety);
  unclaimed.begin(others, quiet_seconds);
  arriving.begin(others);
}

async function askAlarms() {
  const answer = await fetch("/alarms.json");
  if (answer.ok) beginAlarms(await answer.json());
}

beginAlarms(state);
live.addEventListener("changes", ({ detail }) => {
  for (const follower of [claims, offers, lifesafety, unclaimed, arriving]) follower.apply(detail.changes);
  // Muted or not in another browser, too.
  if (detail.changes.some(({ kind, id }) => kind === "sounds" || (kind === "desk" && id === me.id))) askAlarms();
});
live.addEventListener("reset", askAlarms);
adoptZone();
followLive();
chooseTheme();
offerNotifications();
bindKeys();
offerPalette();
closeMenus();
showPlaceInRail();
refresh();
// Not before the other scripts of the page listen: they come after this one, one by one.
addEventListener("DOMContentLoaded", () => live.start());

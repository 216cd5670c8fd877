// A screen on a wall. It asks how the floor stands every few seconds, says so when it hears nothing,
// and finds back by itself. More than fits is shown page by page, unless motion is unwanted.

import { age, moment, zone } from "./times.js";

const EVERY = 3000;
const PATIENCE = 8000;
const LOST_AFTER = 10_000;
const TURNS_EVERY = 12_000;
const AFTER_ITS_END = 60_000;
const MOST_ON_A_PAGE = 10;
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeStyle: "short" });
const still = matchMedia("(prefers-reduced-motion: reduce)");
const root = document.documentElement;
const words = data("words");
const turn = document.getElementById("turn");
let board = data("board");
let ahead = 0;
let heardAt = 0;
let first = 0;

function data(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

/** The floor's time: the clock of a screen may be wrong. */
function now() {
  return Date.now() + ahead;
}

function take(told) {
  if (told.version !== board.version) location.reload();
  board = told;
  heardAt = Date.now();
  ahead = Date.parse(told.now) - heardAt;
  delete root.dataset.ended;
  draw();
}

async function ask() {
  const asked = fetch(`${location.pathname}.json`, { signal: AbortSignal.timeout(PATIENCE), cache: "no-store" });
  const answer = await asked.catch(() => null);
  const told = answer?.ok ? await answer.json().catch(() => null) : null;
  if (told) take(told);
  if (answer?.status === 404) root.dataset.ended = "";
  say();
  setTimeout(ask, "ended" in root.dataset ? AFTER_ITS_END : EVERY);
}

function say() {
  const isLost = Date.now() - heardAt > LOST_AFTER || "ended" in root.dataset;
  root.toggleAttribute("data-lost", isLost);
  const since = moment(new Date(heardAt + ahead).toISOString(), now());
  put(document.getElementById("word"), word(isLost, since));
  put(document.getElementById("clock"), clock.format(now()));
}

function word(isLost, since) {
  if ("ended" in root.dataset) return "This address is over: make a new wall";
  return isLost ? `No word since ${since}` : "Live";
}

function draw() {
  for (const box of document.querySelectorAll("[data-count]")) figure(box, board.counts[box.dataset.count] ?? 0);
  const panic = document.getElementById("life-safety");
  panic.hidden = !board.life_safety;
  figure(panic, board.life_safety);
  drawTimes();
  figure(document.getElementById("load"), String(board.load));
  document.getElementById("load").toggleAttribute("data-grave", board.load_state !== "ok");
  drawRows();
}

function drawTimes() {
  const { unclaimed_since: waits, last_alert_at: last } = board;
  figure(document.getElementById("unclaimed"), waits ? age(waits, now()) : "none");
  figure(document.getElementById("last-alert"), last ? age(last, now()) : "none");
  for (const one of document.querySelectorAll("#rows time")) put(one, age(one.dateTime, now()));
}

function drawRows() {
  const list = document.getElementById("rows");
  const all = board.incidents;
  if (first >= all.length) first = 0;
  list.replaceChildren(...all.slice(first, first + MOST_ON_A_PAGE).map(line));
  const fits = fitting(list);
  while (list.children.length > fits) list.lastChild.remove();
  document.getElementById("none").hidden = all.length > 0;
  turn.hidden = still.matches || all.length <= fits;
  const total = Object.values(board.counts).reduce((sum, count) => sum + count, 0);
  const shown = list.children.length;
  put(document.getElementById("part"), total > shown ? `${first + 1} to ${first + shown} of ${total} open` : "");
}

/** How many rows the screen has room for; one of them is there to be measured. */
function fitting(list) {
  const row = list.firstElementChild?.getBoundingClientRect().height;
  return row ? Math.max(1, Math.floor(list.parentElement.clientHeight / row)) : MOST_ON_A_PAGE;
}

function line(incident) {
  const row = document.getElementById("row").content.firstElementChild.cloneNode(true);
  const slot = (name) => row.querySelector(`[data-slot="${name}"]`);
  row.dataset.severity = incident.severity;
  row.toggleAttribute("data-panic", incident.is_life_safety);
  row.toggleAttribute("data-unclaimed", !incident.is_claimed);
  slot("letter").textContent = words[incident.severity].letter;
  slot("severity").textContent = words[incident.severity].name;
  slot("what").textContent = `${incident.is_life_safety ? "Life safety: " : ""}${incident.what}`;
  slot("site").textContent = incident.site ?? "";
  slot("claim").textContent = incident.is_claimed ? "Claimed" : "Unclaimed";
  slot("age").dateTime = incident.opened_at;
  slot("age").textContent = age(incident.opened_at, now());
  return row;
}

function nextPage() {
  if (still.matches || turn.ariaPressed === "true") return;
  first += document.getElementById("rows").children.length;
  drawRows();
}

function figure(box, value) {
  put(box.querySelector("strong"), String(value));
}

/** Text that is unchanged is left alone, so that nothing is read aloud or painted without need. */
function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

turn.addEventListener("click", () => (turn.ariaPressed = String(turn.ariaPressed !== "true")));
addEventListener("resize", drawRows);
still.addEventListener("change", () => { first = 0; drawRows(); });
setInterval(() => { say(); drawTimes(); }, 1000);
setInterval(nextPage, TURNS_EVERY);
take(board);
say();
setTimeout(ask, EVERY);

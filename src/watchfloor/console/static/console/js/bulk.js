// One act on all chosen rows: changed on the screen at once, done on the floor a step at a time,
// and gone on with after a reload, since each of the many is done at most once.

import { post, read, Refused } from "./actions.js";
import { ask, DONE } from "./dialogs.js";
import { recall, remember } from "./memory.js";
import { may } from "./page.js";
import { plural } from "./rows.js";
import { choice, chooseAll, chosenRows, clear } from "./selecting.js";
import { toast } from "./toast.js";
import { offerUndo } from "./undoing.js";

const MOST = 1000;
const ACTS = new Set(["acknowledge", "assign", "snooze", "resolve", "escalate", "release"]);
const STILL_MEANT = 5 * 60_000;
const bar = document.getElementById("bulk");
const memory = () => `bulk.${noun}`;
const part = (name) => bar.querySelector(`[data-${name}]`);
let list = null;
let noun = "";
let expected = null;
/** Rows as they were, of those that the floor has not said to be done. */
let before = new Map();
let running = "";
let isStopping = false;

/** Begin on `aList` of `aNoun`; `expect(row, name, body)`: a row as an act is expected to leave it. */
export function startBulk(aList, aNoun, expect) {
  if (!bar) return;
  list = aList;
  noun = aNoun;
  expected = expect;
  choice.addEventListener("change", showChoice);
  part("all").addEventListener("click", () => chooseAll(MOST));
  part("clear").addEventListener("click", clear);
  part("stop").addEventListener("click", stop);
  part("go-on").addEventListener("click", () => void drive());
  part("close").addEventListener("click", close);
  bar.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-act]");
    if (button) void actOnChosen(button.dataset.act);
  });
  const left = recall(memory());
  if (left) void resume(left);
}

/** Do it to what is chosen; return whether anything is. */
export function actOnChosen(name) {
  const rows = chosenRows();
  if (!rows.length) return false;
  if (running) toast("One after the other: this goes on still.", { bad: true });
  else if (ACTS.has(name) && may.has(name)) void begin(name, rows.slice(0, MOST));
  return true;
}

async function begin(name, rows) {
  const body = await ask(name, plural(rows.length, noun.slice(0, -1)));
  if (!body) return;
  const items = rows.map(({ id, version }) => (noun === "incidents" ? { id, version } : { id }));
  before = new Map(rows.map((row) => [row.id, row]));
  list.apply(rows.map((row) => ({ id: row.id, row: expected(row, name, body) })));
  clear();
  try {
    const asked = await post("/api/v1/bulk-acts", { token: crypto.randomUUID(), noun, act: name, items, ...body });
    take(asked);
    await drive();
  } catch (refusal) {
    takeBack([...before.keys()]);
    toast(refusal.message, { bad: true });
  }
}

/** Go on with what a reload interrupted; what was asked for long ago waits for a word. */
async function resume(id) {
  const progress = await read(`/api/v1/bulk-acts/${encodeURIComponent(id)}`).catch(() => null);
  if (!progress?.waiting) return remember(memory(), null);
  take(progress);
  if (Date.parse(progress.asked_at) > Date.now() - STILL_MEANT) return drive();
  show(progress, { isPaused: true });
  part("said").textContent = `Interrupted: ${told(progress)}`;
}

function take(progress) {
  running = progress.id;
  isStopping = false;
  remember(memory(), running);
  show(progress);
}

function stop() {
  isStopping = true;
  if (!part("go-on").hidden) void drive();  // nothing is under way that would see it
}

async function drive() {
  show(null);
  try {
    let progress;
    do {
      progress = await step(isStopping ? "stop" : "go-on");
      takeBack(progress.items.filter(({ state }) => state === "refused").map(({ id }) => id));
      for (const { id } of progress.items) before.delete(id);
      show(progress);
    } while (progress.waiting);
    end(progress);
  } catch (refusal) {
    if (!(refusal instanceof Refused)) throw refusal;
    part("said").textContent = `${part("said").textContent} ${refusal.message}`;
    show(null, { isPaused: true });
  }
}

function step(name) {
  return post(`/api/v1/bulk-acts/${encodeURIComponent(running)}/${name}`);
}

function end(progress) {
  const { id, act, done, refused, left } = progress;
  const isAll = !refused && !left;
  running = "";
  remember(memory(), null);
  takeBack([...before.keys()]);
  const said = isAll ? `${DONE[act]}: ${plural(done, noun.slice(0, -1))}` : told(progress);
  if (done) offerUndo(said, () => undo(id));
  else toast(said, { bad: true });
  if (isAll) close();
  else show(progress, { isOver: true });
}

async function undo(id) {
  let progress;
  let why = "";
  do {
    progress = await post(`/api/v1/bulk-acts/${encodeURIComponent(id)}/undo`);
    why ||= progress.items.find(({ state }) => state === "stands")?.why ?? "";
  } while (progress.done);
  if (why) throw new Refused(`${progress.undone} taken back, ${progress.stands} not: ${why}`);
}

/** Show rows as they were, but for those that have changed meanwhile. */
function takeBack(ids) {
  const rows = ids.map((id) => before.get(id)).filter((row) => row && list.row(row.id)?.version === row.version);
  list.apply(rows.map((row) => ({ id: row.id, row })));
}

function showChoice({ detail: { number } }) {
  if (running) return;
  bar.hidden = !number;
  part("choice").hidden = false;
  part("run").hidden = true;
  part("number").textContent = `${number} chosen`;
  const all = Math.min(list.size, MOST);
  part("all").textContent = list.size > MOST ? `First ${MOST}` : `All ${list.size}`;
  part("all").hidden = number >= all;
}

function show(progress, { isPaused = false, isOver = false } = {}) {
  bar.hidden = false;
  part("choice").hidden = true;
  part("run").hidden = false;
  part("stop").hidden = isOver;
  part("go-on").hidden = !isPaused;
  part("close").hidden = !isOver;
  if (!progress) return;
  const { total, done, refused, left, reasons } = progress;
  bar.querySelector("progress").max = total;
  bar.querySelector("progress").value = done + refused + left;
  part("said").textContent = told(progress);
  part("reasons").replaceChildren(...reasons.map(({ why, number }) => {
    const line = document.createElement("li");
    line.textContent = number > 1 ? `${number} times: ${why}` : why;
    return line;
  }));
}

function told({ act, total, done, refused, left }) {
  const rest = [refused && `${refused} refused`, left && `${left} left`].filter(Boolean);
  return `${DONE[act]}: ${[`${done} of ${total}`, ...rest].join(", ")}`;
}

/** Show what was chosen meanwhile, if anything was. */
function close() {
  showChoice({ detail: { number: chosenRows().length } });
}

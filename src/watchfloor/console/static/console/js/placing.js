// Placing devices on a floor plan, by click, by arrow keys or by number; its name; its end.

import { put, remove } from "./actions.js";
import { confirmed, opening } from "./asking.js";
import { redrawWithin } from "./parts.js";
import { toast } from "./toast.js";

const STEP = 0.005;
const LEAP = 0.05;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const plan = document.getElementById("plan");
const picture = plan.querySelector(".plan-picture");
const form = document.getElementById("placing");
const ghost = document.getElementById("ghost");
const [across, down] = [document.getElementById("across"), document.getElementById("down")];
const address = `/api/v1/plans/${encodeURIComponent(plan.dataset.plan)}`;
let device = null;

const within = (value) => Math.min(Math.max(value, 0), 1);
const percent = (value) => (value * 100).toFixed(1);

function show() {
  ghost.style.left = `${within(across.value / 100) * 100}%`;
  ghost.style.top = `${within(down.value / 100) * 100}%`;
}

function moveTo(x, y) {
  [across.value, down.value] = [percent(within(x)), percent(within(y))];
  show();
}

function nudge([x, y], by) {
  moveTo(across.value / 100 + x * by, down.value / 100 + y * by);
}

function begin({ place, name, at }) {
  device = place;
  form.querySelector("[data-about]").textContent = `Where is ${name}?`;
  form.querySelector("[data-refused]").textContent = "";
  form.hidden = ghost.hidden = false;
  plan.classList.add("placing-now");
  moveTo(...(at ? at.split(" ").map(Number) : [0.5, 0.5]));
  ghost.focus();
  form.scrollIntoView({ block: "nearest" });
}

/** The focus goes on to the next device that stands nowhere, else back to where it came from. */
function end(next = null) {
  const from = plan.querySelector(`[data-place="${CSS.escape(device)}"]`);
  device = null;
  form.hidden = ghost.hidden = true;
  plan.classList.remove("placing-now");
  (next ?? from)?.focus();
}

async function save() {
  const [x, y] = [across.value / 100, down.value / 100];
  const waiting = [...plan.querySelectorAll('[data-part="unplaced"] [data-place]')];
  const next = waiting[waiting.findIndex(({ dataset }) => dataset.place === device) + 1];
  try {
    await put(`${address}/devices/${encodeURIComponent(device)}`, { x, y });
    end(next);
    redrawWithin(0);
  } catch (refusal) {
    form.querySelector("[data-refused]").textContent = refusal.message;
  }
}

async function takeOff(id) {
  try {
    await remove(`${address}/devices/${encodeURIComponent(id)}`);
    redrawWithin(0);
  } catch (refusal) {
    toast(refusal.message, { bad: true });
  }
}

plan.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button?.dataset.place) begin(button.dataset);
  if (button?.dataset.takeOff) takeOff(button.dataset.takeOff);
});
picture.addEventListener("click", (event) => {
  if (!device || event.target === ghost) return;
  const box = picture.querySelector("img").getBoundingClientRect();
  moveTo((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  ghost.focus();
});
plan.addEventListener("keydown", ({ key }) => {
  if (device && key === "Escape") end();
});
ghost.addEventListener("keydown", (event) => {
  const arrow = ARROWS[event.key];
  if (!arrow && event.key !== "Enter") return;
  event.preventDefault();
  if (arrow) nudge(arrow, event.shiftKey ? LEAP : STEP);
  else form.requestSubmit();
});
form.addEventListener("input", show);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});
form.querySelector("[data-cancel]").addEventListener("click", () => end());

opening("renaming", "[data-rename]", (box) => {
  const [name, level] = [box.querySelector("#plan-name").value.trim(), Number(box.querySelector("#plan-level").value)];
  return put(address, { name, level });
});
document.querySelector("[data-remove]").addEventListener("click", async () => {
  const name = document.querySelector("h1").textContent;
  if (!await confirmed("remove-dialog", name)) return;
  try {
    await remove(address);
    location.assign("/plans");
  } catch (refusal) {
    toast(refusal.message, { bad: true });
  }
});

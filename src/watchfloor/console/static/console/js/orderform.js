// Writing a standing order: its steps in order, saved as the next version.

import { post, remove } from "./actions.js";
import { toast } from "./toast.js";

const FIELDS = ["code", "title", "site", "client", "alert_type", "hours"];
const form = document.getElementById("writing");
const list = document.getElementById("writing-steps");
const refused = document.getElementById("refused");

const textOf = (line) => line.querySelector('[type="text"]');

function add() {
  list.append(document.getElementById("step").content.cloneNode(true));
  textOf(list.lastElementChild).focus();
}

function move(line, way, button) {
  const beside = way === "up" ? line.previousElementSibling : line.nextElementSibling;
  if (!beside) return;
  if (way === "up") beside.before(line);
  else beside.after(line);
  button.focus();
}

function drop(line) {
  const next = line.nextElementSibling ?? line.previousElementSibling;
  line.remove();
  if (next) textOf(next).focus();
  else add();
}

function steps() {
  const lines = [...list.children].map((line) => ({
    text: textOf(line).value.trim(),
    is_required: line.querySelector('[type="checkbox"]').checked,
  }));
  return lines.filter(({ text }) => text);
}

async function save() {
  const order = Object.fromEntries(FIELDS.map((name) => [name, document.getElementById(name).value.trim()]));
  try {
    const { id } = await post("/api/v1/orders", { ...order, steps: steps(), based_on: Number(form.dataset.basedOn) });
    location.assign(`/orders/${encodeURIComponent(id)}`);
  } catch (refusal) {
    refused.textContent = refusal.message;
    refused.hidden = false;
    refused.scrollIntoView({ block: "nearest" });
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});
form.addEventListener("click", ({ target }) => {
  const line = target.closest("#writing-steps > li");
  if (target.closest("[data-add]")) add();
  else if (line && "move" in target.dataset) move(line, target.dataset.move, target);
  else if (line && "remove" in target.dataset) drop(line);
});

const dialog = document.getElementById("retire-dialog");
const retire = document.querySelector("[data-retire]");
retire?.addEventListener("click", () => {
  dialog.returnValue = "";
  dialog.showModal();
});
dialog?.addEventListener("close", async () => {
  if (dialog.returnValue !== "do") return;
  try {
    await remove(`/api/v1/orders/${encodeURIComponent(retire.dataset.retire)}`);
    location.assign("/orders");
  } catch (refusal) {
    toast(refusal.message, { bad: true });
  }
});

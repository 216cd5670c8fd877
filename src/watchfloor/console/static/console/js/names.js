// Questions about names: this one, another one, something new, or nothing; and taking it back.

import { post } from "./actions.js";
import { toast } from "./toast.js";
import { offerUndo } from "./undoing.js";

const LISTS = { client: "clients", site: "sites", device: "devices", person: "people" };
const AFTER_TYPING = 200;
const UNDO_SECONDS = 10;
const dialog = document.getElementById("other-dialog");
const field = document.getElementById("other-q");
const choices = document.getElementById("other-choices");
const said = document.getElementById("other-said");
let timer = 0;
let asked = 0;

const address = (id, act) => `/api/v1/name-reviews/${encodeURIComponent(id)}/${act}`;

/** Answer for the question of `element`, and let it go from the list. */
async function answer(element, act, body, told) {
  if (element.dataset.busy) return;
  element.dataset.busy = "yes";
  try {
    await post(address(element.dataset.review, act), body);
  } catch (refusal) {
    delete element.dataset.busy;
    toast(refusal.message, { bad: true });
    return;
  }
  offerUndo(`${element.dataset.text}: ${told}`, () => takeBack(element.dataset.review), UNDO_SECONDS);
  leave(element);
}

function leave(element) {
  const next = element.nextElementSibling ?? element.previousElementSibling;
  element.remove();
  document.getElementById("no-question").hidden = Boolean(next);
  if (next) next.querySelector("h2").focus();
  else document.getElementById("main").focus();
}

async function takeBack(id) {
  await post(address(id, "take-back"));
  location.reload();
}

async function search(kind) {
  const mine = ++asked;
  const query = new URLSearchParams({ q: field.value.trim(), limit: "8", verified: "true" });
  const answer = await fetch(`/api/v1/${LISTS[kind]}?${query}`).catch(() => null);
  if (mine !== asked) return;
  const rows = answer?.ok ? (await answer.json()).items : [];
  choices.replaceChildren(...rows.map(choice));
  const found = rows.length === 1 ? "1 is found" : `${rows.length} are found`;
  said.textContent = answer?.ok ? (rows.length ? found : "Nothing confirmed has this code or name.") : "The floor does not answer.";
}

function choice(row) {
  const button = document.createElement("button");
  const code = document.createElement("small");
  button.className = "button";
  button.value = row.id;
  button.dataset.name = row.name || row.code;
  code.className = "quiet";
  code.textContent = row.code;
  button.append(row.name || row.code, code);
  return button;
}

function chooseAnother(element) {
  dialog.querySelector("[data-about]").textContent = `${element.dataset.text} (${element.dataset.kind})`;
  dialog.returnValue = field.value = "";
  dialog.showModal();
  field.oninput = () => {
    clearTimeout(timer);
    timer = setTimeout(search, AFTER_TYPING, element.dataset.kind);
  };
  dialog.onclose = () => {
    const chosen = [...choices.children].find(({ value }) => value === dialog.returnValue);
    if (dialog.returnValue && chosen) answer(element, "answer", { target_id: chosen.value }, `means ${chosen.dataset.name}`);
  };
  search(element.dataset.kind);
}

const ACTS = {
  means: (element, button) => answer(element, "answer", { target_id: button.dataset.means }, `means ${button.dataset.name}`),
  other: chooseAnother,
  new: (element) => answer(element, "new", {}, "is in the inventory now"),
  dismiss: (element) => answer(element, "dismiss", {}, "stays text"),
  takeBack: (element) => takeBack(element.dataset.review).catch(({ message }) => toast(message, { bad: true })),
};

document.getElementById("main").addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  const element = target.closest("[data-review]");
  const name = button && element && Object.keys(ACTS).find((act) => act in button.dataset);
  if (name) ACTS[name](element, button);
});
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault();
});

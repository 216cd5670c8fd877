// A template made by clicks: a field is chosen, then the value that goes there. The draft stands in
// the address, and the floor draws what it would become, by the code that takes alerts in.

import { post, put, remove } from "./actions.js";
import { confirmed, opening, tried } from "./asking.js";
import { live } from "./page.js";
import { onFresh, redrawWithin } from "./parts.js";

const AFTER_TYPING = 300;
const LOOK_AGAIN = 3000;
const { name } = document.getElementById("mapping").dataset;
const form = document.getElementById("draft");
const main = document.getElementById("main");
const capture = `/api/v1/captures/${encodeURIComponent(name)}`;
const template = `/api/v1/mappings/${encodeURIComponent(name)}`;

const came = form.querySelector("[data-part=came]");
let drawn = form.elements.items.value.trim();

const fields = () => [...form.querySelectorAll('[name^="field."]')];
const radios = () => [...form.querySelectorAll("[name=armed]")];
const inputOf = (radio) => form.elements[`field.${radio.value}`];

function draft() {
  const given = fields().filter(({ value }) => value.trim());
  return {
    items: form.elements.items.value.trim(),
    fields: Object.fromEntries(given.map((input) => [input.name.slice("field.".length), input.value.trim()])),
  };
}

/** Put the draft into the address, and have it tried. */
function show(wait) {
  const { items, fields: chosen } = draft();
  const query = new URLSearchParams({ items });
  for (const [field, expression] of Object.entries(chosen)) query.set(`field.${field}`, expression);
  const body = form.elements.body;
  if (body && body.selectedIndex > 0) query.set("body", body.value);
  history.replaceState(null, "", `?${query}`);
  waitForValues();
  redrawWithin(wait);
}

/** Values carry expressions for the list of alerts that they were drawn for, and for no other. */
function waitForValues() {
  came.inert = form.elements.items.value.trim() !== drawn;
}

/** Choose the field that is asked for next: the first one after `radio` that has no expression. */
function armAfter(radio) {
  const all = radios();
  const after = all.slice(all.indexOf(radio) + 1);
  const next = after.find((one) => !inputOf(one).value) ?? radio ?? all[0];
  next.checked = true;
}

main.addEventListener("click", ({ target }) => {
  const leaf = target.closest("[data-expression]");
  const list = target.closest("[data-items]");
  if (list) {
    form.elements.items.value = list.dataset.items;
    form.elements.items.focus();  // the list is drawn anew, and this button is gone then
    show(0);
  }
  if (!leaf) return;
  const radio = radios().find(({ checked }) => checked);
  inputOf(radio).value = leaf.dataset.expression;
  document.getElementById("spoken").textContent = `${radio.value} is ${leaf.dataset.expression}`;
  armAfter(radio);
  show(0);
});
form.addEventListener("input", ({ target }) => {
  if (target.name === "items" || target.name.startsWith("field.")) show(AFTER_TYPING);
});
form.addEventListener("focusin", ({ target }) => {
  const radio = target.name?.startsWith("field.") && radios().find((one) => inputOf(one) === target);
  if (radio) radio.checked = true;
});
form.addEventListener("change", ({ target }) => {
  if (target.name === "body") show(0);
});

main.querySelector("[data-save]").addEventListener("click", ({ target }) => tried(target, async () => {
  await put(template, draft());
  history.replaceState(null, "", location.pathname);
}));
main.querySelector("[data-start]")?.addEventListener("click", ({ target }) => tried(target, () => post("/api/v1/captures", { name })));

/** Ask in `dialog`, then remove what is at `path`; the page goes with the last that it shows. */
function removing(button, dialog, path, other) {
  button?.addEventListener("click", async () => {
    if (!await confirmed(dialog, name)) return;
    tried(button, async () => {
      await remove(path);
      history.replaceState(null, "", other ? location.pathname : "/mappings");
    });
  });
}

const [stop, withdraw] = [main.querySelector("[data-stop]"), main.querySelector("[data-delete]")];
removing(stop, "stop-dialog", capture, withdraw);
removing(withdraw, "delete-dialog", template, stop);
if (main.querySelector("[data-paste]")) {
  opening("paste", "[data-paste]", ({ elements }) => post(`${capture}/bodies`, { body: JSON.parse(elements.body.value) }));
}

armAfter(undefined);
onFresh((fresh) => {
  drawn = fresh.getElementById("draft-items").value.trim();
  waitForValues();
});
live.addEventListener("changes", () => redrawWithin(LOOK_AGAIN));
// What is refused for want of a template changes nothing that open pages are told of.
const first = setInterval(() => (form.elements.body ? clearInterval(first) : redrawWithin(0)), LOOK_AGAIN);

// One row of a register: saved by its key, or retired.

import { post, remove } from "./actions.js";
import { confirmed } from "./asking.js";
import { toast } from "./toast.js";

const form = document.getElementById("writing");
const refused = document.getElementById("refused");
const { noun, row } = form.dataset;
const list = `/operation/${encodeURIComponent(noun)}`;
const address = `/api/v1/${encodeURIComponent(noun)}`;

function valueOf(input) {
  if (input.type === "checkbox") return input.checked;
  const text = input.value.trim();
  if (!text && "empty" in input.dataset) return null;
  return input.type === "number" ? Number(text) : text;
}

async function save() {
  const said = Object.fromEntries([...form.elements].filter(({ name }) => name).map((input) => [input.name, valueOf(input)]));
  try {
    await post(address, said);
    location.assign(list);
  } catch (refusal) {
    const wrong = refusal.data?.fields ?? {};
    for (const input of form.elements) input.toggleAttribute("aria-invalid", input.name in wrong);
    refused.textContent = refusal.message;
    refused.hidden = false;
    refused.scrollIntoView({ block: "nearest" });
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});
document.querySelector("[data-retire]")?.addEventListener("click", async () => {
  if (!await confirmed("retire-dialog", document.querySelector("h1").textContent)) return;
  try {
    await remove(`${address}/${encodeURIComponent(row)}`);
    location.assign(list);
  } catch (refusal) {
    toast(refusal.message, { bad: true });
  }
});

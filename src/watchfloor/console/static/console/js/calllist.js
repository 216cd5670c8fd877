// The call list of a site: copied from, and by those who may, written anew.

import { put } from "./actions.js";
import "./copying.js";
import { toast } from "./toast.js";

const dialog = document.getElementById("call-list-dialog");
const field = document.getElementById("call-list-lines");
const SEPARATOR = "|";

/** "name | number | role | hours", the last two at will. */
function contact(line) {
  const [name = "", phone = "", role = "", hours = ""] = line.split(SEPARATOR).map((part) => part.trim());
  return { name, phone, role, hours };
}

async function save() {
  const contacts = field.value.split("\n").filter((line) => line.trim()).map(contact);
  const seen = [...document.querySelectorAll("#call-list [data-contact]")].map(({ dataset }) => dataset.contact);
  try {
    await put(`/api/v1/sites/${encodeURIComponent(dialog.dataset.site)}/call-list`, { contacts, seen });
    location.reload();
  } catch (refusal) {
    toast(refusal.message, { bad: true });
    dialog.showModal();
  }
}

document.querySelector("[data-edit-calls]")?.addEventListener("click", () => {
  dialog.returnValue = "";
  dialog.showModal();
});
dialog?.addEventListener("close", () => {
  if (dialog.returnValue === "do") save();
});

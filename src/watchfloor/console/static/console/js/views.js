// The views of a list: saving the filters at hand under a name, and removing one.

import { post, remove } from "./actions.js";
import { toast } from "./toast.js";

const dialog = document.getElementById("view-dialog");
const { page } = document.querySelector(".views").dataset;

async function tried(work) {
  try {
    await work();
    return true;
  } catch (refusal) {
    toast(refusal.message, { bad: true });
    return false;
  }
}

async function save() {
  dialog.querySelector("form").reset();
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  if (!dialog.returnValue) return;
  const given = new FormData(dialog.querySelector("form"));
  const body = {
    page, name: given.get("name"), query: location.search.slice(1), is_shared: given.has("is_shared"),
  };
  if (await tried(() => post("/api/v1/views", body))) location.reload();
}

async function drop(id) {
  if (await tried(() => remove(`/api/v1/views/${encodeURIComponent(id)}`))) location.assign(location.pathname);
}

export function bindViews() {
  document.querySelector(".views").addEventListener("click", ({ target }) => {
    if (target.closest("[data-save-view]")) void save();
    const removal = target.closest("[data-remove-view]");
    if (removal) void drop(removal.dataset.removeView);
  });
}

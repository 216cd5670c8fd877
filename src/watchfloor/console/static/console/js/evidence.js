// What leaves or enters the page of an incident: its link, a print, pictures and clips.

import { upload } from "./actions.js";
import { follow } from "./fragment.js";
import { toast } from "./toast.js";

const form = document.getElementById("attaching");
const kept = document.getElementById("attachments");
const load = follow(kept, document.getElementById("subject").dataset.id, { key: "attachment", controls: "a, video" });

async function keep(files, caption) {
  const status = form.querySelector("[role=status]");
  for (const [place, file] of [...files].entries()) {
    status.textContent = `Keeping ${place + 1} of ${files.length}: ${file.name}`;
    await upload(`${form.dataset.address}?${new URLSearchParams({ name: file.name, caption })}`, file);
  }
  load();
  toast(files.length === 1 ? "Kept as evidence" : `${files.length} files kept as evidence`);
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const [button, refused] = [form.querySelector("button"), form.querySelector(".error")];
  button.disabled = true;
  refused.hidden = true;
  try {
    await keep(form.querySelector("[type=file]").files, form.querySelector("#caption").value.trim());
    form.reset();
  } catch (refusal) {
    refused.textContent = refusal.message;
    refused.hidden = false;
  }
  form.querySelector("[role=status]").textContent = "";
  button.disabled = false;
});

/** The address without what was chosen on the page: it names the incident for good. */
async function copyLink() {
  const address = `${location.origin}${location.pathname}`;
  try {
    await navigator.clipboard.writeText(address);
    toast("Link copied");
  } catch {
    prompt("Copy this link", address);  // no clipboard without TLS
  }
}

document.getElementById("subject").addEventListener("click", ({ target }) => {
  const wanted = target.closest("[data-hand-on]")?.dataset.handOn;
  if (wanted === "print") print();
  if (wanted === "link") copyLink();
});

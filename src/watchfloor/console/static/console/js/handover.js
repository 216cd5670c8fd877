// Handing over a shift: how it would read now, keeping it, taking it over.

import { act, post } from "./actions.js";
import { fill } from "./html.js";
import { atZone, inZone, refresh } from "./times.js";
import { toast } from "./toast.js";

const form = document.getElementById("handing");

function startForm() {
  const [since, draft] = [form.querySelector("#since"), document.getElementById("draft")];
  // To the minute, as the field shows it: what it begins with is not to be cut off.
  since.value = inZone(new Date(since.dataset.began));
  const show = async () => {
    if (!since.value) return;
    const asked = new URLSearchParams({ since: atZone(since.value) });
    const answer = await fetch(`${draft.dataset.address}?${asked}`).catch(() => null);
    if (!answer?.ok) return toast("What your shift leaves could not be gathered: reload the page.", { bad: true });
    fill(draft, await answer.text());
    refresh(draft);
  };
  since.addEventListener("change", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep(atZone(since.value), form.querySelector("#note").value);
  });
  show();
}

async function keep(since, note) {
  const [button, refused] = [form.querySelector("button"), document.getElementById("refused")];
  button.disabled = true;
  refused.hidden = true;
  try {
    const { id } = await post("/api/v1/handovers", { since, note });
    location.assign(`/handover/${id}`);
  } catch (refusal) {
    refused.textContent = refusal.message;
    refused.hidden = false;
    button.disabled = false;
  }
}

async function takeOver(button) {
  button.disabled = true;
  try {
    await act("handovers", button.dataset.takeOver, "acknowledge", {});
    location.reload();
  } catch (refusal) {
    toast(refusal.message, { bad: true });
    button.disabled = false;
  }
}

if (form) startForm();
document.getElementById("handed")?.addEventListener("click", ({ target }) => {
  if (target.closest("[data-print]")) print();
  const button = target.closest("[data-take-over]");
  if (button) takeOver(button);
});

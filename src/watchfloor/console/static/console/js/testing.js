// The page of what is on test: its form, and the buttons that end a test.

import { post, remove } from "./actions.js";
import { live } from "./page.js";
import { redrawSoon, redrawWithin } from "./parts.js";
import { atZone } from "./times.js";
import { toast } from "./toast.js";
import { offerUndo } from "./undoing.js";

const form = document.getElementById("testing");

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const refused = document.getElementById("refused");
  const given = new FormData(form);
  refused.hidden = true;
  try {
    const minutes = Number(given.get("minutes")) || null;
    const until = !minutes && given.get("until") ? atZone(given.get("until")) : null;
    const test = await post("/api/v1/tests", {
      site_id: given.get("site_id") || null,
      zone: given.get("zone").trim(),
      device: given.get("device").trim(),
      caller: given.get("caller").trim(),
      minutes,
      until,
    });
    offerUndo(`On test: ${test.place}`, () => remove(`/api/v1/tests/${encodeURIComponent(test.id)}`));
    form.reset();
    redrawWithin(0);
  } catch (refusal) {
    refused.textContent = refusal.message;
    refused.hidden = false;
  }
});

document.getElementById("main").addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-end]");
  if (!button) return;
  try {
    await remove(`/api/v1/tests/${encodeURIComponent(button.dataset.end)}`);
    toast("The test is over");
    button.blur();  // the page leaves alone what has the focus
    redrawWithin(0);
  } catch (refusal) {
    toast(refusal.message, { bad: true });
  }
});

live.addEventListener("changes", ({ detail }) => {
  if (detail.changes.some(({ kind, row }) => kind === "test" || row?.suppressed_by?.startsWith("test:"))) redrawSoon();
});

// Screens on a wall: made, their address shown once, revoked.

import { post } from "./actions.js";
import { confirmed, opening, placeOf, tried } from "./asking.js";
import { shownOnce } from "./once.js";

async function make(form) {
  const { name, days, place } = form.elements;
  const made = await post("/api/v1/walls", { name: name.value.trim(), days: Number(days.value), ...placeOf(place) });
  form.closest("dialog").close();
  await shownOnce(location.origin + made.path, {
    title: `Wall ${made.name}`,
    help: "Open this address on the screen, full of the window. Whoever has it sees the wall: only its hash is kept, and nobody can show it again.",
  });
}

opening("make", "[data-make]", make);

document.getElementById("main").addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-revoke]");
  if (!button || !await confirmed("revoke-dialog", button.dataset.about)) return;
  tried(button, () => post(`/api/v1/walls/${encodeURIComponent(button.dataset.revoke)}/revoke`));
});

// Keys of programs: made, shown once, revoked.

import { post } from "./actions.js";
import { confirmed, listOf, opening, tried } from "./asking.js";
import { shownOnce } from "./once.js";

async function make(form) {
  const given = new FormData(form);
  const body = { name: given.get("name").trim(), scopes: given.getAll("scopes") };
  for (const name of ["clients", "sites", "sources"]) body[name] = listOf(given.get(name));
  for (const name of ["integration", "rate_per_minute"]) if (given.get(name)) body[name] = Number(given.get(name));
  const { key, name } = await post("/api/v1/keys", body);
  form.closest("dialog").close();
  await shownOnce(key, {
    title: `Key ${name}`,
    help: "Put it into the tool now. Only its hash is kept: nobody can show it again.",
  });
}

opening("make", "[data-make]", make);

document.getElementById("main").addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-revoke]");
  if (!button || !await confirmed("revoke-dialog", button.dataset.about)) return;
  tried(button, () => post(`/api/v1/keys/${encodeURIComponent(button.dataset.revoke)}/revoke`));
});

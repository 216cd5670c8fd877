// One ticket: opened, or acted on. An act is an event, so the page waits until it is worked.

import { post } from "./actions.js";
import { tried } from "./asking.js";
import { awaited } from "./awaited.js";

const acting = document.getElementById("acting");
const opening = document.getElementById("opening");

async function act(name) {
  const { ticket, state, changed } = acting.dataset;
  const said = name === "assign" ? { state, assignee: document.getElementById("assignee").value.trim() } : { state };
  const path = `/api/v1/tickets/${encodeURIComponent(ticket)}`;
  await post(`${path}/${name}`, said);
  await awaited(path, (row) => new Date(row.changed_at) > new Date(changed));
}

async function open() {
  const said = Object.fromEntries(new FormData(opening));
  const { ticket } = await post("/api/v1/tickets/open", said);
  const { items } = await awaited(`/api/v1/tickets?q=${encodeURIComponent(ticket)}`, (page) => page.items.length > 0);
  return items.length ? `/tickets/${encodeURIComponent(items[0].id)}` : "/operation/tickets";
}

acting?.addEventListener("submit", (event) => {
  event.preventDefault();
  tried(event.submitter, () => act(event.submitter.value));
});
opening?.addEventListener("submit", (event) => {
  event.preventDefault();
  tried(event.submitter, open, (page) => location.assign(page));
});

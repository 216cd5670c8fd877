// The form that opens a ticket. It leads to the ticket once that stands in the list.

import { post } from "./actions.js";
import { tried } from "./asking.js";
import { awaited } from "./awaited.js";

const opening = document.getElementById("opening");

async function open() {
  const said = Object.fromEntries(new FormData(opening));
  const { ticket } = await post("/api/v1/tickets/open", said);
  const { items } = await awaited(`/api/v1/tickets?q=${encodeURIComponent(ticket)}`, (page) => page.items.length > 0);
  return items.length ? `/tickets/${encodeURIComponent(items[0].id)}` : "/operation/tickets";
}

opening.addEventListener("submit", (event) => {
  event.preventDefault();
  tried(event.submitter, open, (page) => location.assign(page));
});

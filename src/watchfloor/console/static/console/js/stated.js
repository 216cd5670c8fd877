// A ticket or a work order, whose state people tell. The page is loaded anew once the act was worked.

import { post } from "./actions.js";
import { tried } from "./asking.js";
import { awaited } from "./awaited.js";

const acting = document.getElementById("acting");

async function act(name) {
  const { path, state, changed } = acting.dataset;
  const said = name === "assign" ? { state, assignee: document.getElementById("assignee").value.trim() } : { state };
  await post(`${path}/${name}`, said);
  await awaited(path, (row) => new Date(row.changed_at) > new Date(changed));
}

acting.addEventListener("submit", (event) => {
  event.preventDefault();
  tried(event.submitter, () => act(event.submitter.value));
});

// The form that hands in a report. It leaves once the report stands in the list.

import { post } from "./actions.js";
import { tried } from "./asking.js";
import { awaited } from "./awaited.js";
import { atZone } from "./times.js";

const form = document.getElementById("handing");
const { site, report, then } = form.dataset;

async function handIn() {
  const said = Object.fromEntries(new FormData(form));
  const at = said.at ? atZone(said.at) : null;
  const { filing } = await post("/api/v1/filings/hand-in", { ...said, at, site, report });
  const listed = new URLSearchParams({ site, report });
  await awaited(`/api/v1/filings?${listed}`, ({ items }) => items.some(({ id }) => id === filing));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  tried(event.submitter, handIn, () => location.assign(then));
});

// One thing that people decide on: a finding, a case. The page is loaded anew, for all of it may
// read otherwise.

import { post } from "./actions.js";
import { tried } from "./asking.js";

const form = document.getElementById("acting");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { path, version } = form.dataset;
  const said = { note: document.getElementById("note").value, version: Number(version) };
  const act = event.submitter.value;
  tried(event.submitter, () => post(`${path}/${act}`, said));
});

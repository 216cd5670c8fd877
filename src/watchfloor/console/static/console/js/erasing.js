// Erasing one person, once the code was typed.

import { post } from "./actions.js";
import { tried } from "./asking.js";

const form = document.getElementById("erasing");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const said = { confirm: document.getElementById("confirm").value };
  const gone = () => location.assign(form.dataset.people);
  tried(event.submitter, () => post(form.dataset.path, said), gone);
});

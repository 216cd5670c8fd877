// The floor as it was: the moment is asked for by the user's clock, and told by the address in UTC.

import { atZone, inZone } from "./times.js";

const form = document.getElementById("then");
const field = form.querySelector("#at-field");

field.value = inZone(new Date(field.dataset.at));
form.addEventListener("formdata", ({ formData }) => formData.set("at", atZone(field.value)));

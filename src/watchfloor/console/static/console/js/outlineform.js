// Setting and removing the outline, for those who manage all of the tenant.

import { Refused, put, remove } from "./actions.js";
import { confirmed, opening, tried } from "./asking.js";

const form = document.getElementById("outline-form");
const { file, name } = form.elements;

async function read() {
  try {
    return JSON.parse(await file.files[0].text());
  } catch {
    throw new Refused("This file is no JSON: export it as GeoJSON.");
  }
}

opening("outline-form", "[data-set-outline]", async () => {
  await put("/api/v1/outline", { name: name.value.trim(), geojson: await read() });
});
file.addEventListener("change", () => {
  if (!name.value) name.value = file.files[0]?.name.replace(/\.[^.]*$/, "") ?? "";
});
document.querySelector("[data-remove-outline]")?.addEventListener("click", async ({ target }) => {
  if (await confirmed("outline-remove-dialog", target.dataset.removeOutline)) tried(target, () => remove("/api/v1/outline"));
});

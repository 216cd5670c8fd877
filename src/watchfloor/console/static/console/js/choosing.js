// What an incident can be merged into: searched for on the server while one types, chosen by arrow
// and Enter.

import { fill } from "./html.js";

const AFTER = 150;
const bound = new WeakSet();
let timer = 0;
let asked = null;

/** List what `id` can be merged into, and again with each change of the words. */
export function offer(dialog, id) {
  const box = dialog.querySelector("#merge-choices");
  const search = dialog.querySelector("#merge-search");
  const look = () => list(box, `/incidents/${encodeURIComponent(id)}/merge-choices?q=${encodeURIComponent(search.value)}`);
  look();
  if (bound.has(dialog)) return;
  bound.add(dialog);
  search.addEventListener("input", () => {
    box.setAttribute("aria-busy", "true");
    clearTimeout(timer);
    timer = setTimeout(look, AFTER);
  });
  dialog.addEventListener("keydown", (event) => move(event, search, box));
  dialog.addEventListener("close", () => clearTimeout(timer));
}

async function list(box, address) {
  asked?.abort();
  asked = new AbortController();
  box.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: asked.signal });
    const text = answer.ok ? await answer.text() : "<p class=quiet data-said>The list could not be read. Type again.</p>";
    fill(box, text);
  } catch (error) {
    if (error.name === "AbortError") return;  // a later question is under way
    box.textContent = "The floor does not answer. Type again.";
  }
  box.setAttribute("aria-busy", "false");
  document.getElementById("merge-said").textContent = box.querySelector("[data-said]")?.textContent ?? "";
}

/** Arrows walk from the words through the list. Enter in a field chooses nothing by itself. */
function move(event, search, box) {
  const { key, target } = event;
  if (key === "Enter" && target.matches("input")) event.preventDefault();
  if (key !== "ArrowDown" && key !== "ArrowUp") return;
  const all = [search, ...box.querySelectorAll("button")];
  const at = all.indexOf(target);
  if (at < 0) return;
  event.preventDefault();
  all[Math.min(Math.max(at + (key === "ArrowDown" ? 1 : -1), 0), all.length - 1)].focus();
}

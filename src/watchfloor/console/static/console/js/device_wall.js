// The wall of all devices: drawn anew as alerts come and go, walked through by arrow.

import * as keys from "./keys.js";
import { live } from "./page.js";
import { onFresh, redrawWithin } from "./parts.js";

const ABOUT = new Set(["alert", "test"]);
const MINUTE = 60_000;
const SOON = 500;
// Reading ten thousand devices is work: in a flood of alerts the wall draws breath in between.
const AT_MOST_EVERY = 5000;
let drawn = 0;

const tiles = () => [...document.querySelectorAll(".tile")];

/** Go on by so many tiles; from elsewhere, to the first. */
function step(by) {
  const all = tiles();
  const at = all.indexOf(document.activeElement);
  all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]?.focus();
}

/** Go to the tile nearest above or below: groups end in short lines. */
function climb(up) {
  const from = document.activeElement?.closest(".tile")?.getBoundingClientRect();
  if (!from) {
    step(0);
    return;
  }
  const beyond = tiles().map((tile) => ({ tile, box: tile.getBoundingClientRect() }))
    .filter(({ box }) => (up ? box.bottom <= from.top : box.top >= from.bottom));
  const far = ({ box }) => Math.abs(box.top - from.top) * 10 + Math.abs(box.left - from.left);
  beyond.sort((one, other) => far(one) - far(other))[0]?.tile.focus();
}

keys.on("ArrowRight", () => step(1));
keys.on("ArrowLeft", () => step(-1));
keys.on("j", () => climb(false));
keys.on("k", () => climb(true));

const redraw = () => redrawWithin(Math.max(SOON, drawn + AT_MOST_EVERY - Date.now()));

onFresh(() => (drawn = Date.now()));
live.addEventListener("changes", ({ detail }) => {
  if (detail.changes.some(({ kind }) => ABOUT.has(kind))) redraw();
});
live.addEventListener("reset", redraw);
setInterval(redraw, MINUTE);  // windows of work open and close without a word

// Single keys, off inside inputs and dialogs, and off altogether where the user wants that.

import { recall, remember } from "./memory.js";

const bindings = new Map();
let prefix = "";
let prefixTimer = 0;

export function on(key, run) {
  bindings.set(key, run);
}

export function enabled() {
  return recall("keys") !== "off";
}

export function enable(yes) {
  remember("keys", yes ? null : "off");
}

function typing(target) {
  return target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

function pressed(event) {
  const arrow = { ArrowDown: "j", ArrowUp: "k" }[event.key];
  const key = prefix + (arrow ? (event.shiftKey ? arrow.toUpperCase() : arrow) : event.key);
  prefix = "";
  clearTimeout(prefixTimer);
  if (key === "g") {
    prefix = "g ";
    prefixTimer = setTimeout(() => (prefix = ""), 1200);
  }
  return key;
}

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!enabled() || typing(event.target) || document.querySelector("dialog[open]")) return;
  const run = bindings.get(pressed(event));
  if (run && run(event) !== false) event.preventDefault();
});

// The palette: every page, every act that the page at hand offers, and what the floor finds for
// the words. Loaded at its first use.

const AFTER = 120;
const dialog = document.getElementById("palette");
const input = document.getElementById("palette-words");
const list = document.getElementById("palette-list");
const none = dialog.querySelector(".palette-none");
let here = [];
let found = [];
let chosen = 0;
let timer = 0;
let asked = null;

export function openPalette() {
  if (dialog.open) return;
  here = [...acts(), ...pages()];
  found = [];
  input.value = "";
  dialog.showModal();
  draw();
}

function acts() {
  const buttons = document.querySelectorAll("main :is(.acts, .preview-acts, .bulk:not([hidden]) .bulk-acts) button:not([hidden], :disabled)");
  return [...buttons].map((button) => ({
    kind: "Acts", name: nameOf(button), note: button.querySelector("kbd")?.textContent ?? "",
    run: () => button.click(),
  }));
}

function nameOf(button) {
  return [...button.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("").trim();
}

function pages() {
  return [...document.querySelectorAll("#rail li a")].map((link) => ({
    kind: "Pages", name: link.textContent.trim(), note: link.dataset.go ? `g ${link.dataset.go}` : "",
    run: () => location.assign(link.href),
  }));
}

function fitting() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  return [...here.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word))), ...found];
}

function draw() {
  const items = fitting();
  chosen = Math.min(chosen, Math.max(items.length - 1, 0));
  list.replaceChildren(...groups(items));
  none.hidden = items.length > 0;
  const option = list.querySelector('[aria-selected="true"]');
  input.setAttribute("aria-activedescendant", option?.id ?? "");
  option?.scrollIntoView({ block: "nearest" });
}

function groups(items) {
  const boxes = new Map();
  items.forEach((item, index) => {
    if (!boxes.has(item.kind)) boxes.set(item.kind, group(item.kind));
    boxes.get(item.kind).append(option(item, index));
  });
  return boxes.values();
}

function group(kind) {
  const box = document.createElement("div");
  const head = document.createElement("p");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", kind);
  head.className = "quiet small";
  head.setAttribute("aria-hidden", "true");
  head.textContent = kind;
  box.append(head);
  return box;
}

function option({ name, note, run }, index) {
  const line = document.createElement("div");
  const hint = document.createElement("span");
  line.id = `palette-${index}`;
  line.className = "palette-line";
  line.setAttribute("role", "option");
  line.setAttribute("aria-selected", String(index === chosen));
  hint.className = "quiet small";
  hint.textContent = note;
  line.append(name, hint);
  line.addEventListener("click", () => take(run));
  return line;
}

function take(run) {
  dialog.close();
  run();
}

async function look() {
  asked?.abort();
  asked = new AbortController();
  const words = input.value.trim();
  try {
    const answer = await fetch(`/find.json?q=${encodeURIComponent(words)}`, { signal: asked.signal });
    const rows = answer.ok && !answer.redirected ? (await answer.json()).found : [];
    found = rows.map((row) => ({ ...row, run: () => location.assign(row.address) }));
  } catch (error) {
    if (error.name === "AbortError") return;  // a later question is under way
    found = [];
  }
  draw();
}

input.addEventListener("input", () => {
  chosen = 0;
  found = [];
  draw();
  clearTimeout(timer);
  timer = setTimeout(look, AFTER);
});
dialog.addEventListener("keydown", (event) => {
  const items = fitting();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Enter" && items[chosen]) take(items[chosen].run);
  else if (step && items.length) chosen = (chosen + step + items.length) % items.length;
  else return;
  event.preventDefault();
  if (dialog.open) draw();
});
dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());

// Asking for a rehearsal, following it, enabling what it showed, and who advises.

import { post } from "./actions.js";
import { data } from "./page.js";
import { toast } from "./toast.js";

const STEPS = 1000;
const UNITS = [["days", 86400, 172800], ["h", 3600, 7200], ["min", 60, 120], ["s", 1, 0]];
const EVERY = 1500;

function spoken(value, unit) {
  if (unit !== "s") return String(Number(value.toPrecision(4)));
  const [name, size] = UNITS.find(([, , least]) => value >= least);
  return `${Number((value / size).toPrecision(3))} ${name}`;
}

/** A setting whose slider moves by ratios where its range spans several powers of ten. */
class Setting {
  constructor(box) {
    this.box = box;
    this.slider = box.querySelector("[data-slider]");
    this.input = box.querySelector('input[type="number"]');
    this.told = box.querySelector("output");
    this.low = Number(this.input.min);
    this.high = Number(this.input.max);
    this.isWide = this.low > 0 && this.high / this.low > 50;
    this.now = Number(box.dataset.now);
    this.slider.addEventListener("input", () => this.show(this.at(Number(this.slider.value) / STEPS)));
    this.input.addEventListener("input", () => this.show(Number(this.input.value), this.input));
    this.show(this.now);
  }

  get name() { return this.box.dataset.setting; }
  get value() { return Number(this.input.value); }
  get isChanged() { return Math.abs(this.value - this.now) > 1e-9 * Math.max(1, Math.abs(this.now)); }

  at(share) {
    const raw = this.isWide ? this.low * (this.high / this.low) ** share : this.low + (this.high - this.low) * share;
    return this.input.step === "1" || raw >= 100 ? Math.round(raw) : Number(raw.toPrecision(3));
  }

  share(value) {
    const inside = Math.min(Math.max(value, this.low), this.high);
    return this.isWide ? Math.log(inside / this.low) / Math.log(this.high / this.low)
      : (inside - this.low) / (this.high - this.low);
  }

  show(value, source) {
    if (source !== this.input) this.input.value = String(value);
    if (source === this.input || value === this.now) this.slider.value = String(Math.round(this.share(value) * STEPS));
    this.told.textContent = spoken(value, this.box.dataset.unit);
    this.slider.setAttribute("aria-valuetext", this.told.textContent);
    this.box.toggleAttribute("data-changed", this.isChanged);
  }
}

function refuse(refusal) {
  const box = document.getElementById("refused");
  if (!box) { toast(refusal.message, { bad: true }); return; }
  box.textContent = refusal.message;
  box.hidden = false;
}

async function tried(work, button) {
  if (button) button.disabled = true;
  try {
    await work();
  } catch (refusal) {
    refuse(refusal);
    if (button) button.disabled = false;
  }
}

/** What the form changes, as a document. */
function documentOf(settings) {
  const parts = {};
  for (const one of settings) {
    const [part, name] = one.name.split(".");
    if (!one.isChanged) continue;
    (parts[part] ??= {})[name] = one.value;
  }
  return parts;
}

function ask(form) {
  const settings = [...form.querySelectorAll("[data-setting]")].map((box) => new Setting(box));
  form.addEventListener("invalid", ({ target }) => {
    const folded = target.closest("details");
    if (folded) folded.open = true;
  }, true);
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    for (const one of settings) one.show(one.now);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tried(async () => {
      const given = new FormData(form);
      const made = await post("/api/v1/rehearsals", {
        days: Number(given.get("days")),
        operators: Number(given.get("operators")),
        document: merged(data("enabled-document") ?? {}, documentOf(settings)),
      });
      location.assign(`/rehearsal/${made.id}`);
    }, form.querySelector(".button.first"));
  });
}

function merged(base, change) {
  const parts = structuredClone(base);
  for (const [part, values] of Object.entries(change)) parts[part] = { ...parts[part], ...values };
  return parts;
}

async function follow(box) {
  const bar = box.querySelector("progress");
  const told = box.querySelector("[data-told]");
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, EVERY));
    const answer = await fetch(`/api/v1/rehearsals/${box.dataset.follow}`).catch(() => null);
    if (!answer?.ok) continue;
    const now = await answer.json();
    if (now.state !== "queued" && now.state !== "running") { location.reload(); return; }
    bar.max = Math.max(now.reports_total, 1);
    bar.value = now.reports_done;
    const said = now.state === "queued" ? "Waiting for a worker" : `${now.reports_done} of ${now.reports_total} reports`;
    if (told) told.textContent = said;
    else box.querySelector("[data-state]").textContent = now.state === "queued" ? "Queued" : "Running";
  }
}

function confirmed(about, what, label) {
  const dialog = document.getElementById("confirm-dialog");
  dialog.querySelector("[data-about]").textContent = about;
  dialog.querySelector("[data-what]").textContent = what;
  dialog.querySelector("[data-yes]").textContent = label;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

async function enable(button) {
  const what = "From the next alerts on, everybody's incidents are grouped so. What is grouped already stays as it is.";
  if (!await confirmed(`${button.dataset.about}: enable?`, what, "Enable")) return;
  await tried(async () => {
    let id = button.dataset.enable;
    if (!id) id = (await post("/api/v1/configurations", { document: data("candidate"), note: "from a rehearsal" })).id;
    await post(`/api/v1/configurations/${id}/enable`);
    location.reload();
  }, button);
}

async function rollBack(button) {
  const what = "The version that decided before decides again, from the next alerts on.";
  if (!await confirmed("Roll back?", what, "Roll back")) return;
  await tried(async () => {
    await post("/api/v1/configurations/roll-back");
    location.reload();
  }, button);
}

async function promote(button) {
  const what = "From the next alerts on, it may join what the rules would open anew.";
  if (!await confirmed(`Model ${button.dataset.about}: promote?`, what, "Promote")) return;
  await tried(async () => {
    await post(`/api/v1/models/${button.dataset.promote}/promote`);
    location.reload();
  }, button);
}

async function returnModel(button) {
  const what = "From the next alerts on, the model before it advises; without one, the rules decide alone.";
  if (!await confirmed(`Model ${button.dataset.about}: roll back?`, what, "Roll back")) return;
  await tried(async () => {
    await post("/api/v1/models/roll-back");
    location.reload();
  }, button);
}

document.getElementById("main").addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  if ("enable" in button.dataset) enable(button);
  else if ("rollBack" in button.dataset) rollBack(button);
  else if ("promote" in button.dataset) promote(button);
  else if ("modelBack" in button.dataset) returnModel(button);
  else if ("cancel" in button.dataset) {
    tried(async () => {
      await post(`/api/v1/rehearsals/${button.dataset.cancel}/cancel`);
      location.reload();
    }, button);
  }
});

const form = document.getElementById("rehearse");
if (form) ask(form);
for (const box of document.querySelectorAll("[data-follow]")) follow(box);

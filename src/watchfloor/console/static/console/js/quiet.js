// Windows and silences: declared with a look at what they would keep quiet now, taken back, and ended.

import { post, remove } from "./actions.js";
import { confirmed, listOf, opening, placeOf, tried } from "./asking.js";
import { redrawWithin } from "./parts.js";
import { atZone, inZone, zone } from "./times.js";
import { offerUndo } from "./undoing.js";

const AFTER_TYPING = 300;
const HOUR = 3_600_000;

function windowOf(form) {
  const given = new FormData(form);
  const body = {
    title: given.get("title").trim() || "untitled",  // while it is looked at only: the form asks for one
    starts_at: atZone(given.get("starts_at")),
    ends_at: atZone(given.get("ends_at")),
    recurrence: given.get("recurrence"),
    weekdays: given.get("recurrence") === "weekly" ? given.getAll("weekdays").map(Number) : [],
    time_zone: zone,
    alert_types: listOf(given.get("alert_types")),
  };
  const { client_id, site_id } = placeOf(form.elements.place);
  if (client_id) body.client_ids = [client_id];
  if (site_id) body.site_ids = [site_id];
  return body;
}

function matcher({ dataset, value }) {
  const field = dataset.match;
  const values = listOf(value);
  if (values.length > 1) return { field, op: "in", value: values };
  return { field, op: /[*?]/.test(value) ? "glob" : "eq", value: value.trim() };
}

function silenceOf(form) {
  const matchers = [...form.querySelectorAll("[data-match]")].filter(({ value }) => value.trim()).map(matcher);
  const ends_at = new Date(Date.now() + Number(form.elements.hours.value) * HOUR).toISOString();
  return { matchers, ends_at, reason: form.elements.reason.value.trim() };
}

function tell(box, { looked_at, number, protected: others, alerts }) {
  const rest = others ? ` ${others} more ${others === 1 ? "matches and is" : "match and are"} told all the same: danger to people, or an intrusion that nobody confirmed.` : "";
  box.querySelector("[data-number]").textContent =
    `Now: ${number} of ${looked_at} alerts that fire would be kept quiet.${rest}`;
  box.querySelector("ul").replaceChildren(...alerts.map((alert) => {
    const line = document.createElement("li");
    line.textContent = [alert.message || alert.alert_type, alert.site].filter(Boolean).join(" \u00b7 ");
    return line;
  }));
  box.hidden = false;
}

/** Show what `body(form)` would keep quiet, as soon as `form` says enough. */
function previewing(id, path, body, isEnough) {
  const form = document.getElementById(id);
  if (!form) return;
  const box = form.querySelector("[data-preview]");
  let timer = 0;
  let asked = 0;
  const show = async () => {
    const mine = ++asked;
    try {
      const found = await post(`${path}/preview`, body(form));
      if (mine === asked) tell(box, found);
    } catch {
      if (mine === asked) box.hidden = true;  // sending it says what is wrong
    }
  };
  form.addEventListener("reset", () => (box.hidden = true));
  form.addEventListener("input", () => {
    clearTimeout(timer);
    if (isEnough(form)) timer = setTimeout(show, AFTER_TYPING);
    else box.hidden = true;
  });
  opening(id, `[data-${id}]`, () => post(path, body(form)), (made) => tellMade(path, made));
}

/** Show the lists with what was just made, and offer to take it back: it ends for good. */
function tellMade(path, { id, title, reason }) {
  redrawWithin(0);
  offerUndo(title ? `Declared: ${title}` : `Silenced: ${reason}`, async () => {
    await remove(`${path}/${encodeURIComponent(id)}`);
    redrawWithin(0);
  });
}

previewing("declare", "/api/v1/maintenance-windows", windowOf, ({ elements }) => elements.starts_at.value && elements.ends_at.value);
previewing("silence", "/api/v1/silences", silenceOf, (form) => silenceOf(form).matchers.length);

const starts = document.getElementById("window-starts");
document.querySelector("[data-declare]").addEventListener("click", () => {
  starts.value = inZone(Date.now());
  document.getElementById("window-ends").value = inZone(Date.now() + 2 * HOUR);
  starts.dispatchEvent(new Event("input", { bubbles: true }));
});

document.getElementById("main").addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-end]");
  if (!button || !await confirmed("end-dialog", button.dataset.about)) return;
  tried(button, () => remove(`/api/v1/${button.dataset.end}`));
});

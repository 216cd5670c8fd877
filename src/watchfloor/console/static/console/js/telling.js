// Rules of telling and heartbeats; and how the messages under way end.

import { patch, post, remove } from "./actions.js";
import { confirmed, opening, tried } from "./asking.js";
import { shownOnce } from "./once.js";
import { redrawWithin } from "./parts.js";

const FIRST_WAIT = 5000;
const LONGEST_WAIT = 60_000;
const lately = document.getElementById("deliveries");

async function setRule(form) {
  const { severity, channel, target } = Object.fromEntries(new FormData(form));
  const { secret } = await post("/api/v1/notification-rules", { severity, channel, target: target.trim() });
  form.closest("dialog").close();
  if (!secret) return;
  await shownOnce(secret, {
    title: "What signs this webhook",
    help: "Give it to whoever receives the messages: with it they can tell that a message is from here, as Standard Webhooks describes.",
  });
}

function addHeartbeat(form) {
  const { url, every_seconds } = form.elements;
  return post("/api/v1/heartbeats", { url: url.value.trim(), every_seconds: Number(every_seconds.value) });
}

const ACTS = {
  test: (id) => post(`/api/v1/notification-rules/${id}/test`),
  switch: (id, { on }) => patch(`/api/v1/notification-rules/${id}`, { is_active: on === "yes" }),
  again: (id) => post(`/api/v1/deliveries/${id}/send-again`),
  remove: (path) => remove(`/api/v1/${path}`),
};

opening("rule", "[data-rule]", setRule);
opening("beat", "[data-beat]", addHeartbeat);

document.getElementById("main").addEventListener("click", async ({ target }) => {
  const button = target.closest("button");
  const name = button && Object.keys(ACTS).find((act) => act in button.dataset);
  if (!name || (name === "remove" && !await confirmed("remove-dialog", button.dataset.about))) return;
  tried(button, () => ACTS[name](button.dataset[name], button.dataset));
});

/** Look again how messages went while one is under way, less and less often. */
function follow(wait) {
  if (!lately.querySelector("[data-under-way]")) return;
  redrawWithin(wait);
  setTimeout(follow, wait + FIRST_WAIT, Math.min(2 * wait, LONGEST_WAIT));
}

follow(FIRST_WAIT);

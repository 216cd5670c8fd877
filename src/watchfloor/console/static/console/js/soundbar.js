// The sound button of the top bar, what it mutes and until when.

import { post } from "./actions.js";
import { floorNow } from "./claims.js";
import { alarm } from "./sound.js";
import { muteUntil, mutedUntil, muting } from "./sounding.js";
import { moment } from "./times.js";
import { toast } from "./toast.js";

const MINUTE = 60_000;
const byTouch = matchMedia("(hover: none)");
const button = document.getElementById("sound");
const choices = document.getElementById("mute");
const banner = document.getElementById("muted");

/** "locked" until the first click or key, "sounding", "muted" or "ready". */
function state() {
  if (alarm.isLocked) return "locked";
  if (alarm.isSounding) return "sounding";
  return mutedUntil() ? "muted" : "ready";
}

function show() {
  const until = mutedUntil();
  const minutes = Math.max(1, Math.round((until - floorNow()) / MINUTE));
  const said = {
    locked: byTouch.matches ? "Tap for sound" : "Sound: press any key",
    sounding: until ? `Muted ${left(minutes)}` : "Mute alarm",
    muted: `Muted ${left(minutes)}`,
    ready: "Sound on",
  }[state()];
  document.documentElement.dataset.sound = state();
  put(button.querySelector(".sound-text"), said);
  banner.hidden = !until;
  button.popoverTargetElement = until ? null : choices;
  if (until) put(banner.querySelector("time"), moment(new Date(until).toISOString(), floorNow()));
}

function left(minutes) {
  const hours = Math.floor(minutes / 60);
  return [hours && `${hours} h`, minutes % 60 && `${minutes % 60} min`].filter(Boolean).join(" ");
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

async function mute(minutes) {
  choices.hidePopover();
  const { until } = await post("/api/v1/sounds/mute", { minutes });
  muteUntil(Date.parse(until));
}

async function unmute() {
  await post("/api/v1/sounds/mute/end");
  muteUntil(0);
}

function tried(work) {
  work.catch((refusal) => toast(refusal.message, { bad: true }));
}

button.addEventListener("click", () => {
  if (mutedUntil()) tried(unmute());
});
choices.addEventListener("click", ({ target }) => {
  const chosen = target.closest("[data-minutes]");
  if (chosen) tried(mute(Number(chosen.dataset.minutes)));
});
banner.querySelector("button").addEventListener("click", () => tried(unmute()));
alarm.addEventListener("change", show);
muting.addEventListener("change", show);
setInterval(show, 5000);
show();

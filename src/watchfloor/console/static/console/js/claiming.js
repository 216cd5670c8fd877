// The page of an incident claims it while somebody uses the page, and leaves it with the page.

import { part, post } from "./actions.js";
import { apply, claimOn, claims, isMine, told } from "./claims.js";
import { live } from "./page.js";
import { toast } from "./toast.js";

const RENEW_EVERY = 40_000;
const TRY_AGAIN_AFTER = 5_000;
const OVER = new Set(["RESOLVED", "CLOSED"]);
const { id } = document.getElementById("subject").dataset;
const box = document.getElementById("looking");
const address = `/api/v1/incidents/${encodeURIComponent(id)}/claim`;
let isOver = "over" in box.dataset;
let isUsed = true;
let triedAt = 0;
let holder = null;

async function claim(how = "") {
  if (!("claims" in box.dataset) || isOver || document.hidden) return;
  triedAt = Date.now();
  try {
    apply([{ kind: "claim", id, row: await post(address + how) }]);
  } catch (refusal) {
    toast(refusal.message, { bad: true });
  }
}

/** Claim what nobody else looks at; to take it over is for a person to decide. */
function claimIfFree() {
  const standing = claimOn(id);
  if (!standing || isMine(standing)) void claim();
}

function use() {
  isUsed = true;
  if (!claimOn(id) && Date.now() > triedAt + TRY_AGAIN_AFTER) claimIfFree();
}

function renew() {
  if (isUsed) claimIfFree();
  isUsed = false;
}

function leave() {
  if (isMine(claimOn(id))) part(`${address}/leave`);
}

function draw() {
  const standing = claimOn(id);
  if (isMine(holder) && standing && !isMine(standing)) toast(`${standing.user_name} took it over.`, { bad: true });
  holder = standing;
  box.querySelector(".tag").textContent = told(standing);
  box.hidden = !standing;
  const button = box.querySelector("button");
  if (button) button.hidden = isMine(standing);
}

box.querySelector("button")?.addEventListener("click", () => void claim("/take-over"));
claims.addEventListener("change", ({ detail }) => detail.ids.includes(id) && draw());
live.addEventListener("changes", ({ detail }) => {
  const row = detail.changes.findLast((change) => change.kind === "incident" && change.id === id)?.row;
  if (row) isOver = OVER.has(row.state);
});
for (const kind of ["pointermove", "pointerdown", "keydown", "scroll"]) addEventListener(kind, use, { passive: true });
document.addEventListener("visibilitychange", () => document.hidden || use());
addEventListener("pagehide", leave);
addEventListener("pageshow", ({ persisted }) => persisted && claimIfFree());
setInterval(renew, RENEW_EVERY);
draw();
claimIfFree();

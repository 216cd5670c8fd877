// The cards of the senders, anew while reports come; and what to paste, into the clipboard.

import "./copying.js";
import { live } from "./page.js";
import { redrawWithin } from "./parts.js";

const pace = 1000 * Number(document.getElementById("sources").dataset.pace);

live.addEventListener("changes", ({ detail }) => {
  if (detail.changes.some(({ kind }) => kind === "alert")) redrawWithin(pace);
});
addEventListener("focus", () => redrawWithin(0));

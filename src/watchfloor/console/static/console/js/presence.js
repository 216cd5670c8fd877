// Who is on post: drawn anew as people come and go, and as time makes them late.

import { live } from "./page.js";
import { redrawSoon } from "./parts.js";

const MINUTE = 60_000;

live.addEventListener("changes", ({ detail }) => {
  if (detail.changes.some(({ kind }) => kind === "presence")) redrawSoon();
});
live.addEventListener("reset", redrawSoon);
setInterval(redrawSoon, MINUTE);

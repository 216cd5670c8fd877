// The live list of alerts.

import * as keys from "./keys.js";
import { perform } from "./dialogs.js";
import { current, startList } from "./listpage.js";
import { openRange } from "./range.js";
import { fillCommon, plural, put } from "./rows.js";
import { may, words } from "./page.js";

function fill(element, row) {
  fillCommon(element, row, { path: "/alerts", at: row.last_seen_at });
  put(element, "type", row.alert_type === row.title ? "" : row.alert_type);
  put(element, "entity", row.device_name || row.entity_id || "");
  put(element, "count", plural(row.occurrence_count, "report"));
  put(element, "signal", words.signals[row.signal]);
  put(element, "state", words.states[row.state]);
  put(element, "suppressed", suppression(row.suppressed_by));
  put(element, "outlier", words.outliers[row.outlier] ?? "");
  put(element, "flapping", row.is_flapping ? "Flapping" : "");
}

function suppression(told) {
  if (!told || told === "flapping") return "";
  const kind = told.split(":")[0];
  return `Kept quiet: ${words.suppressions[kind] ?? kind}`;
}

/** The latest first: the order of the server. */
function keyOf(row) {
  return [Date.parse(row.last_seen_at), row.id];
}

const list = startList({
  kind: "alert",
  fill,
  keyOf,
  textOf: (row) => [row.title, row.alert_type, row.entity_id, row.site_name, row.client_name].join(" "),
});

function acknowledge(element) {
  const row = element && list.row(element.dataset.id);
  if (!row || !may.has("acknowledge")) return false;
  const expect = () => {
    list.apply([{ id: row.id, row: { ...row, state: "ACKNOWLEDGED" } }]);
    return () => list.apply([{ id: row.id, row }]);
  };
  perform("alerts", { id: row.id, about: row.title }, "acknowledge", expect);
  return true;
}

/** Let people hear of it; the floor refuses where a window or a silence keeps it quiet. */
function release(element) {
  const row = element && list.row(element.dataset.id);
  if (!row?.suppressed_by || !may.has("release")) return false;
  const expect = () => {
    list.apply([{ id: row.id, row: { ...row, suppressed_by: "" } }]);
    return () => list.apply([{ id: row.id, row }]);
  };
  perform("alerts", { id: row.id, about: row.title }, "release", expect);
  return true;
}

document.getElementById("rows").addEventListener("click", ({ target }) => {
  const button = target.closest("[data-act]");
  if (button) acknowledge(button.closest(".row"));
});
keys.on("a", () => acknowledge(current()));
keys.on("r", () => release(current()) || openRange());

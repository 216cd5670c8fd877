// The live list of alerts.

import { actOnChosen, startBulk } from "./bulk.js";
import * as keys from "./keys.js";
import { perform } from "./dialogs.js";
import { current, startList } from "./listpage.js";
import { openRange } from "./range.js";
import { fillCommon, plural, put } from "./rows.js";
import { may, words } from "./page.js";
import { paint, startChoosing } from "./selecting.js";

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
  paint(element, row, row.title);
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

/** What an act changes in a row before the floor says so; it refuses where a window keeps it quiet. */
const EXPECTED = {
  acknowledge: ({ state }) => (state === "NEW" || state === "ESCALATED" ? { state: "ACKNOWLEDGED" } : {}),
  release: () => ({ suppressed_by: "" }),
};

function expected(row, name) {
  return { ...row, ...EXPECTED[name](row) };
}

function run(element, name) {
  const row = element && list.row(element.dataset.id);
  if (!row || !may.has(name) || (name === "release" && !row.suppressed_by)) return false;
  const expect = () => {
    list.apply([{ id: row.id, row: expected(row, name) }]);
    return () => list.apply([{ id: row.id, row }]);
  };
  perform("alerts", { id: row.id, about: row.title }, name, expect);
  return true;
}

document.getElementById("rows").addEventListener("click", ({ target }) => {
  const button = target.closest("[data-act]");
  if (button) run(button.closest(".row"), button.dataset.act);
});
keys.on("a", () => actOnChosen("acknowledge") || run(current(), "acknowledge"));
keys.on("r", () => actOnChosen("release") || run(current(), "release") || openRange());
startChoosing(list);
startBulk(list, "alerts", expected);

// The live list of incidents.

import { actOnChosen, startBulk } from "./bulk.js";
import { claimOn, claims, told } from "./claims.js";
import { expectState } from "./expecting.js";
import * as keys from "./keys.js";
import { perform } from "./dialogs.js";
import { offerOf, offers } from "./offers.js";
import { current, startList } from "./listpage.js";
import { paneOf, startPreview } from "./preview.js";
import { asleep, fillCommon, level, plural, put, slot, stateText } from "./rows.js";
import { may, me, words } from "./page.js";
import { paint, startChoosing } from "./selecting.js";

function fill(element, row) {
  fillCommon(element, row, { path: "/incidents", at: row.opened_at });
  element.toggleAttribute("data-snoozed", asleep(row));
  put(element, "looking", told(claimOn(row.id)));
  putOffer(element, offerOf(row.id, row.state));
  put(element, "number", `INC-${row.number}`);
  put(element, "count", row.alert_count ? plural(row.alert_count, "alert") : "");
  put(element, "outlier", words.outliers[row.outlier] ?? "");
  put(element, "watched", row.is_watched ? "Watched" : "");
  put(element, "tested", row.is_on_test ? "On test" : "");
  put(element, "recovered", row.recovered_at && row.state !== "RESOLVED" ? "Recovered, waits for a person" : "");
  put(element, "disposition", row.merged_into_id ? "" : words.dispositions[row.disposition] || words.unsaid[row.resolved_by_kind] || "");
  put(element, "state", stateText(row));
  put(element, "who", row.assigned_to_name || row.acknowledged_by_name || "");
  paint(element, row, `INC-${row.number}`);
}

function putOffer(element, offer) {
  put(element, "offered", offer?.text ?? "");
  const tag = slot(element, "offered");
  tag.title = offer?.why ?? "";
  tag.toggleAttribute("data-mine", Boolean(offer?.isMine));
}

/** Life safety first, then by severity, then the newest: the order of the server. */
function keyOf(row) {
  return [Number(row.is_life_safety), level(row), Date.parse(row.opened_at), row.id];
}

const list = startList({
  kind: "incident",
  fill,
  keyOf,
  textOf: (row) => `inc-${row.number} ${row.title} ${row.site_name ?? ""} ${row.client_name ?? ""}`,
});

for (const source of [claims, offers]) {
  source.addEventListener("change", ({ detail }) => {
    const rows = detail.ids.map((id) => list.row(id)).filter(Boolean);
    list.apply(rows.map((row) => ({ id: row.id, row: { ...row } })));
  });
}

/** What an act changes in a row, as far as that is known before the floor says so. */
const EXPECTED = {
  acknowledge: (_, { state }) => (state === "NEW" ? { state: "ACKNOWLEDGED", acknowledged_by_name: me.name } : {}),
  assign: ({ user_id }) => ({ state: "ASSIGNED", ...(user_id === me.id && { assigned_to_name: me.name }) }),
  resolve: ({ disposition }) => ({ state: "RESOLVED", disposition }),
  snooze: ({ until }) => ({ snoozed_until: until }),
};

function expected(row, name, body) {
  return { ...row, ...EXPECTED[name]?.(body, row) };
}

function run(id, name) {
  const row = list.row(id);
  if (!row || !may.has(name) || (!row.is_whole && name !== "comment")) return false;
  const expect = (done, body) => {
    const goBack = expectState(paneOf(row.id), done);
    list.apply([{ id: row.id, row: expected(row, done, body) }]);
    return () => {
      goBack();
      if (list.row(row.id)?.version === row.version) list.apply([{ id: row.id, row }]);
    };
  };
  perform("incidents", { id: row.id, about: `INC-${row.number}, ${row.title}`, version: row.version }, name, expect);
  return true;
}

document.getElementById("rows").addEventListener("click", ({ target }) => {
  const button = target.closest("[data-act]");
  if (button) run(button.closest(".row").dataset.id, button.dataset.act);
});
for (const [key, name] of Object.entries({ a: "acknowledge", s: "assign", z: "snooze", e: "resolve", n: "comment" })) {
  keys.on(key, () => actOnChosen(name) || run(current()?.dataset.id, name));
}
startPreview(run);
startChoosing(list);
startBulk(list, "incidents", expected);

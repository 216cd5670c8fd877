// To which desk an incident that waits is offered. An offer is a hint: it keeps nobody from acting.

import { claimOn } from "./claims.js";
import { toast } from "./toast.js";

const known = new Map();
let own = "";

/** Tells "change" with { ids } when something is offered, moves on, or is offered no more. */
export const offers = new EventTarget();

/** Take `rows` as all there is. `me`: whose page it is. */
export function begin(rows, me) {
  own = me.id;
  const ids = new Set([...known.keys(), ...rows.map((row) => row.incident_id)]);
  known.clear();
  for (const row of rows) known.set(row.incident_id, row);
  tell([...ids]);
}

export function apply(changes) {
  const told = changes.filter(({ kind }) => kind === "offer");
  const mine = told.filter(({ id, row }) => row?.user_id === own && known.get(id)?.user_id !== own);
  for (const { id, row } of told) {
    if (row) known.set(id, row);
    else known.delete(id);
  }
  if (mine.length) toast(mine.map(({ row }) => `Offered to you: INC-${row.number} (${row.why}).`).join(" "));
  if (told.length) tell(told.map(({ id }) => id));
}

/** Return { text, why, isMine } of the offer of an incident in this state, if one stands. */
export function offerOf(id, state) {
  const row = state === "NEW" && !claimOn(id) ? known.get(id) : null;
  if (!row) return null;
  const isMine = row.user_id === own;
  return { text: isMine ? "Offered to you" : `Offered to ${row.user_name}`, why: row.why, isMine };
}

function tell(ids) {
  offers.dispatchEvent(new CustomEvent("change", { detail: { ids } }));
}

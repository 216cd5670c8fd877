// To which desk an incident that waits is offered. An offer is a hint: it keeps nobody from acting.

import { ByIncident, claimOn } from "./claims.js";
import { toast } from "./toast.js";

let own = "";

/** Tells "change" with { ids } when something is offered, moves on, or is offered no more. */
export const offers = new ByIncident();

/** Take `rows` as all there is. `me`: whose page it is. */
export function begin(rows, me) {
  own = me.id;
  offers.begin(rows);
}

export function apply(changes) {
  const told = changes.filter(({ kind }) => kind === "offer");
  const mine = told.filter(({ id, row }) => row?.user_id === own && offers.get(id)?.user_id !== own);
  if (mine.length) toast(mine.map(({ row }) => `Offered to you: INC-${row.number} (${row.why}).`).join(" "));
  offers.apply(told);
}

/** Return { text, why, isMine } of the offer of an incident in this state, if one stands. */
export function offerOf(id, state) {
  const row = state === "NEW" && !claimOn(id) ? offers.get(id) : null;
  if (!row) return null;
  const isMine = row.user_id === own;
  return { text: isMine ? "Offered to you" : `Offered to ${row.user_name}`, why: row.why, isMine };
}

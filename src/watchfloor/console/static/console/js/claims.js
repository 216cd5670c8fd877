// Who looks at which incident. A claim stands until its time, by the floor's clock: no word is
// needed for it to end.

let ahead = 0;
let own = "";
let timer = 0;

/** What the floor says of incidents in one row each. Tells "change" with { ids }. */
export class ByIncident extends EventTarget {
  #rows = new Map();

  get(id) {
    return this.#rows.get(id);
  }

  get ids() {
    return [...this.#rows.keys()];
  }

  /** Take `rows` as all there is. */
  begin(rows) {
    const before = this.ids;
    this.#rows = new Map(rows.map((row) => [row.incident_id, row]));
    this.tell([...new Set([...before, ...this.ids])]);
  }

  /** Take news: a row, or none of an incident of which there is nothing more to say. */
  apply(changes) {
    for (const { id, row } of changes) {
      if (row) this.#rows.set(id, row);
      else this.#rows.delete(id);
    }
    if (changes.length) this.tell(changes.map(({ id }) => id));
  }

  tell(ids) {
    this.dispatchEvent(new CustomEvent("change", { detail: { ids } }));
  }
}

/** Tells "change" with { ids } when a claim begins, goes on, changes hands or ends. */
export const claims = new ByIncident();

/** The floor's time, in milliseconds. */
export function floorNow() {
  return Date.now() + ahead;
}

/** Take `rows` as all there is. `now`: the floor's time when it said so; `me`: whose page it is. */
export function begin(rows, now, me) {
  ahead = Date.parse(now) - Date.now();
  own = me.id;
  claims.begin(rows);
}

export function apply(changes) {
  claims.apply(changes.filter(({ kind }) => kind === "claim"));
}

export function claimOn(id) {
  const claim = claims.get(id);
  return claim && Date.parse(claim.until) > floorNow() ? claim : null;
}

/** When the last who looked at it left, in milliseconds; 0 where nobody has of late. */
export function leftAt(id) {
  const claim = claims.get(id);
  return claim ? Date.parse(claim.until) : 0;
}

export function isMine(claim) {
  return claim?.user_id === own;
}

export function told(claim) {
  if (!claim) return "";
  return isMine(claim) ? "You are looking" : `${claim.user_name} is looking`;
}

function wakeAtNextEnd() {
  clearTimeout(timer);
  const standing = claims.ids.filter(claimOn);
  if (!standing.length) return;
  const next = Math.min(...standing.map(leftAt));
  timer = setTimeout(() => claims.tell(standing.filter((id) => leftAt(id) <= floorNow())), next - floorNow() + 1);
}

claims.addEventListener("change", wakeAtNextEnd);

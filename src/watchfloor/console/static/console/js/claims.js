// Who looks at which incident. A claim stands until its time, by the floor's clock: no word is
// needed for it to end.

const known = new Map();
let ahead = 0;
let own = "";
let timer = 0;

/** Tells "change" with { ids } when a claim begins, goes on, changes hands or ends. */
export const claims = new EventTarget();

/** The floor's time, in milliseconds. */
export function floorNow() {
  return Date.now() + ahead;
}

/** Take `rows` as all there is. `now`: the floor's time when it said so; `me`: whose page it is. */
export function begin(rows, now, me) {
  ahead = Date.parse(now) - Date.now();
  own = me.id;
  const ids = new Set([...known.keys(), ...rows.map((row) => row.incident_id)]);
  known.clear();
  for (const row of rows) known.set(row.incident_id, row);
  tell([...ids]);
}

export function apply(changes) {
  const told = changes.filter(({ kind }) => kind === "claim");
  for (const { id, row } of told) known.set(id, row);
  if (told.length) tell(told.map(({ id }) => id));
}

export function claimOn(id) {
  const claim = known.get(id);
  return claim && Date.parse(claim.until) > floorNow() ? claim : null;
}

/** When the last who looked at it left, in milliseconds; 0 where nobody has of late. */
export function leftAt(id) {
  const claim = known.get(id);
  return claim ? Date.parse(claim.until) : 0;
}

export function isMine(claim) {
  return claim?.user_id === own;
}

export function told(claim) {
  if (!claim) return "";
  return isMine(claim) ? "You are looking" : `${claim.user_name} is looking`;
}

function tell(ids) {
  claims.dispatchEvent(new CustomEvent("change", { detail: { ids } }));
  wakeAtNextEnd();
}

function wakeAtNextEnd() {
  clearTimeout(timer);
  const standing = [...known.keys()].filter(claimOn);
  if (!standing.length) return;
  const next = Math.min(...standing.map(leftAt));
  timer = setTimeout(() => tell(standing.filter((id) => leftAt(id) <= floorNow())), next - floorNow() + 1);
}

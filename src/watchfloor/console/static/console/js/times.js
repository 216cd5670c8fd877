// Times as the user reads them: age in lists, the user's own zone in text, UTC in the title.

export const zone = document.documentElement.dataset.zone || "UTC";
const sameDay = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" });
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
const precise = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeStyle: "medium" });
const local = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
const full = new Intl.DateTimeFormat("en-GB", {
  timeZone: zone, day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit",
});

/** "now", "42 s", "7 min", "3 h", "5 d": how long ago, never negative. */
export function age(iso, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000));
  if (seconds < 5) return "now";
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}

/** The hour for today, else day and hour, in the user's zone. */
export function moment(iso, now = Date.now()) {
  const at = new Date(iso);
  return sameDay.format(at) === sameDay.format(now) ? clock.format(at) : full.format(at);
}

export function utc(iso) {
  return `${new Date(iso).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** The hour to the second, with the day before it where it is not today. */
export function instant(iso, now = Date.now()) {
  const at = new Date(iso);
  const today = sameDay.format(at) === sameDay.format(now);
  return today ? precise.format(at) : `${full.format(at).split(",")[0]}, ${precise.format(at)}`;
}

/** What a datetime-local field says at `at`, in the user's zone. */
export function inZone(at) {
  return local.format(at).replace(" ", "T");
}

/** The moment that a datetime-local field means in the user's zone, in ISO; of two, the first. */
export function atZone(text) {
  const wanted = Date.parse(`${text}Z`);
  const shift = (at) => Date.parse(`${inZone(at)}Z`) - at;
  const first = wanted - shift(wanted - shift(wanted));
  return new Date(first).toISOString();
}

/** Set one <time>; unchanged text is left alone, so that nothing repaints without need. */
export function show(element, iso = element.dateTime) {
  if (!iso) return;
  element.dateTime = iso;
  element.title = utc(iso);
  const text = worded(element.dataset, iso);
  if (element.textContent !== text) element.textContent = text;
}

function worded(wanted, iso) {
  if ("age" in wanted) return age(iso);
  return wanted.moment === "seconds" ? instant(iso) : moment(iso);
}

export function refresh(root = document) {
  for (const element of root.querySelectorAll("time[data-age], time[data-moment]")) show(element);
}

// Times as the user reads them: age in lists, the user's own zone, clock and order of dates in text,
// UTC in the title. Who has not said by which zone reads them by that of the browser.

const { zone: chosen, clock: hours = "24h", dates = "day" } = document.documentElement.dataset;
export const zone = chosen || new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
const DATES = {
  day: ["en-GB", { day: "2-digit", month: "short" }],
  month: ["en-US", { day: "numeric", month: "short" }],
  iso: ["sv-SE", { dateStyle: "short" }],
};
const CLOCKS = {
  "24h": { hourCycle: "h23", hour: "2-digit", minute: "2-digit" },
  "12h": { hourCycle: "h12", hour: "numeric", minute: "2-digit" },
};
const DAY = 86_400_000;
const sameDay = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" });
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...CLOCKS[hours] });
const precise = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...CLOCKS[hours], second: "2-digit" });
const local = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
const [locale, parts] = DATES[dates];
const date = new Intl.DateTimeFormat(locale, { timeZone: zone, ...parts });

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
  return told(new Date(iso), clock, now);
}

function dated(at, by = clock) {
  return `${date.format(at)}, ${by.format(at)}`;
}

function told(at, by, now) {
  const today = sameDay.format(at) === sameDay.format(now);
  return today ? by.format(at) : dated(at, by);
}

export function utc(iso) {
  return `${new Date(iso).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** The hour to the second, with the day before it where it is not today. */
export function instant(iso, now = Date.now()) {
  return told(new Date(iso), precise, now);
}

/** What a datetime-local field says at `at`, in the user's zone. */
export function inZone(at) {
  return local.format(at).replace(" ", "T");
}

/**
 * The moment that a datetime-local field means in the user's zone, in ISO. Of an hour that comes
 * twice it is the first; one that is skipped is taken as long after the last that was.
 */
export function atZone(text) {
  const wanted = Date.parse(`${text}Z`);
  const shift = (at) => Date.parse(`${inZone(at)}Z`) - at;
  const [before, after] = [-DAY, DAY].map((away) => wanted - shift(wanted + away));
  const stands = (at) => at + shift(at) === wanted;
  return new Date(stands(before) || !stands(after) ? before : after).toISOString();
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
  if (wanted.moment === "dated") return dated(new Date(iso));  // on paper "today" says nothing
  return wanted.moment === "seconds" ? instant(iso) : moment(iso);
}

export function refresh(root = document) {
  for (const element of root.querySelectorAll("time[data-age], time[data-moment]")) show(element);
}

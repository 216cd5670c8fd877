// Import of a table, or a calendar, to the address of its form: tried first, taken in only as it
// was tried.

import { post } from "./actions.js";

const form = document.getElementById("importing");
const file = document.getElementById("import-file");
const said = document.getElementById("import-said");
const take = form.querySelector('[value="import"]');
let tried = null;

function tell(text, faults = []) {
  const line = document.createElement("p");
  const list = document.createElement("ul");
  line.textContent = text;
  list.append(...faults.map((fault) => Object.assign(document.createElement("li"), { textContent: fault })));
  said.replaceChildren(line, list);
}

function counts({ created, changed, unchanged }, done) {
  return `${created} ${done}created, ${changed} ${done}changed, ${unchanged} as they were.`;
}

/** Return the text of a file: UTF-8 or UTF-16, else what a spreadsheet on Windows wrote. */
async function textOf(one) {
  const bytes = new Uint8Array(await one.arrayBuffer());
  const mark = bytes[0] * 256 + bytes[1];
  if (mark === 0xfffe) return new TextDecoder("utf-16le").decode(bytes);
  if (mark === 0xfeff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Return what the chosen file holds, under the name by which the floor takes it. */
async function chosen() {
  const [one] = file.files;
  const isCalendar = file.accept.includes(".ics") && /\.ics$/i.test(one.name);
  return { [isCalendar ? "ical" : "csv"]: await textOf(one) };
}

async function run(content, isTrial) {
  try {
    return await post(form.dataset.address, { ...content, dry_run: isTrial });
  } catch (refusal) {
    const { errors = [], notes = [] } = refusal.data ?? {};
    const faults = errors.map(({ row, field, message }) => `Row ${row}, ${field}: ${message}`);
    tell(faults.length ? "Nothing can be imported before this is mended:" : refusal.message, [...faults, ...notes]);
    return null;
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const isTrial = event.submitter?.value !== "import";
  const content = isTrial ? await chosen() : tried;
  const done = await run(content, isTrial);
  tried = done && isTrial ? content : null;
  take.disabled = tried === null;
  if (!done) return;
  if (isTrial) tell(counts(done, "would be "), done.notes);
  else if (form.dataset.later) tell(`${counts(done, "")} ${form.dataset.later}`, done.notes);
  else location.reload();
});
file.addEventListener("change", () => {
  tried = null;
  take.disabled = true;
  said.replaceChildren();
});

// Short messages in the corner, read aloud politely; failures at once.

const STAY = 7000;

/** `action`: { label, key, seconds, run }, a button in the message; it goes with the message. */
export function toast(text, { bad = false, action = null } = {}) {
  const box = document.getElementById("toasts");
  if (!bad) for (const said of box.querySelectorAll(".toast:not(.bad)")) said.remove();
  const note = document.createElement("p");
  note.className = bad ? "toast bad" : "toast";
  note.setAttribute("role", bad ? "alert" : "status");
  note.textContent = text;
  if (action) note.append(" ", buttonOf(action, note));
  box.append(note);
  setTimeout(() => note.remove(), action ? action.seconds * 1000 : bad ? STAY * 2 : STAY);
}

function buttonOf({ label, key, run }, note) {
  const button = document.createElement("button");
  const hint = document.createElement("kbd");
  button.type = "button";
  button.className = "button slim";
  hint.textContent = key;
  hint.setAttribute("aria-hidden", "true");
  button.append(`${label} `, hint);
  button.addEventListener("click", () => {
    note.remove();
    run();
  });
  return button;
}

const spoken = document.getElementById("spoken");
let said = 0;
let queue = 0;
let timer = 0;

/** Say how many rows arrived, at most once in five seconds. */
export function announce(count) {
  queue += count;
  if (timer) return;
  timer = setTimeout(() => {
    spoken.textContent = queue === 1 ? "1 new row" : `${queue} new rows`;
    said = Date.now();
    queue = timer = 0;
  }, Math.max(0, said + 5000 - Date.now()));
}

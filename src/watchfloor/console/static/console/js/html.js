// HTML that the floor has written, read without running anything in it.

export function read(text) {
  return new DOMParser().parseFromString(text, "text/html");
}

/** Put what `text` says in the place of what is in `box`. */
export function fill(box, text) {
  box.replaceChildren(...read(text).body.childNodes);
}

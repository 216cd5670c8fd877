// What people tell by hand is an event: it stands in the lists once it was worked, a moment later.

import { read } from "./actions.js";

const LOOKS = 20;
const BETWEEN = 250;

const pause = () => new Promise((resolve) => { setTimeout(resolve, BETWEEN); });

/** Look at `path` until `isThere` says that its answer is; return it, or the last one in the end. */
export async function awaited(path, isThere) {
  let found = await read(path);
  for (let look = 0; look < LOOKS && !isThere(found); look += 1) {
    await pause();
    found = await read(path);
  }
  return found;
}

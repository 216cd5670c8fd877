// The last act that can be taken back: by the button in its message, or by u, while that is there.

import * as keys from "./keys.js";
import { toast } from "./toast.js";

let last = null;

/** Say what was done, and offer for `seconds` to take it back: `run` throws what to tell people. */
export function offerUndo(said, run, seconds) {
  const mine = (last = async () => {
    last = null;
    try {
      await run();
      toast("Taken back");
    } catch (refusal) {
      toast(refusal.message, { bad: true });
    }
  });
  const action = { label: "Undo", key: "u", seconds, run: () => last === mine && mine() };
  toast(said, { action });
  setTimeout(() => last === mine && (last = null), seconds * 1000);
}

keys.on("u", () => (last ? (last(), true) : false));

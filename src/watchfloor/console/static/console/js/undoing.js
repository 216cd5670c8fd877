// The last act that can be taken back: by the button in its message, or by u, while that is there.

import * as keys from "./keys.js";
import { toast } from "./toast.js";

let last = null;

const SECONDS = 10;

/** Say what was done, and offer to take it back: `run` throws what to tell people. */
export function offerUndo(said, run) {
  const mine = (last = async () => {
    last = null;
    try {
      await run();
      toast("Taken back");
    } catch (refusal) {
      toast(refusal.message, { bad: true });
    }
  });
  const action = { label: "Undo", key: "u", seconds: SECONDS, run: () => last === mine && mine() };
  toast(said, { action });
  setTimeout(() => last === mine && (last = null), SECONDS * 1000);
}

keys.on("u", () => (last ? (last(), true) : false));

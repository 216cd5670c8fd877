// The parts of the design page that move.

import { toast } from "./toast.js";

const SHOWN = { swatch: "backgroundColor", type: "fontSize", space: "inlineSize" };

for (const element of document.querySelectorAll("[data-token]")) {
  element.style[SHOWN[element.className]] = `var(--${element.dataset.token})`;
}

const undo = { label: "Undo", key: "u", seconds: 10, run: () => toast("Taken back") };

document.getElementById("d-dialog-open").addEventListener("click", () => document.getElementById("d-dialog").showModal());
document.getElementById("d-toast").addEventListener("click", () => toast("Resolved: INC-4", { action: undo }));
document.getElementById("d-bad").addEventListener("click", () => toast("Leo Okafor resolved it at 02:10:04.", { bad: true }));

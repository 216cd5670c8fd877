// What else is on record of an incident: what it may belong to, corrections, and audit rows.

import { follow } from "./fragment.js";

const subject = document.getElementById("subject").dataset;
follow(document.getElementById("record"), subject.id, { key: "correction", controls: "button, a" });

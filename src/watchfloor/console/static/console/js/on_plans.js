// Where on floor plans the devices of an incident are.

import { follow } from "./fragment.js";

follow(document.getElementById("on-plans"), document.getElementById("subject").dataset.id, { key: "device", controls: "a" });

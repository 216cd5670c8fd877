// The cameras around where an incident began.

import { follow } from "./fragment.js";

follow(document.getElementById("on-video"), document.getElementById("subject").dataset.id, { key: "device", controls: "a" });

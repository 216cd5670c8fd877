// The first steps: ticked as the floor finds them done, while the page is open.

import "./copying.js";
import { live } from "./page.js";
import { redrawSoon } from "./parts.js";

live.addEventListener("changes", redrawSoon);
addEventListener("focus", redrawSoon);

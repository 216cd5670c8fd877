// A name for another tool: what comes there is kept, and its page opens.

import { post } from "./actions.js";
import { opening } from "./asking.js";

opening("capture", "[data-capture]", async (form) => {
  const name = form.elements.name.value.trim();
  await post("/api/v1/captures", { name });
  location.href = `/mappings/${encodeURIComponent(name)}`;
  return new Promise(() => {});  // the page goes: it is not to be loaded anew
});

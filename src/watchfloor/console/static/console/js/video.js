// Where cameras are seen in the video system: set and taken away, for all clients and for one.

import { put } from "./actions.js";
import { opening, tried } from "./asking.js";

const link = (client, template) => put(`/api/v1/video${client && `/clients/${client}`}`, { template });

opening("video-link", "[data-link-video]", ({ elements }) => link(elements.client.value, elements.template.value));

document.getElementById("main").addEventListener("click", ({ target }) => {
  const button = target.closest("[data-unlink]");
  if (button) tried(button, () => link(button.dataset.unlink, ""));
});

// Who may sign in: inviting, roles, sessions, keeping somebody out and letting them in again.

import { post, put } from "./actions.js";
import { confirmed, listOf, opening, placeOf, tried } from "./asking.js";
import { shownOnce } from "./once.js";

const account = document.getElementById("account");
const address = (id, act) => `/api/v1/users/${encodeURIComponent(id)}/${act}`;
const granted = (form) => ({ role: form.elements.role.value, ...placeOf(form.elements.place) });

async function handOver(id, name) {
  const { path, valid_minutes } = await post(address(id, "link"));
  await shownOnce(`${location.origin}${path}`, {
    title: `Sign-in link for ${name}`,
    help: `Whoever opens it is signed in as ${name}. It works once, within ${valid_minutes} minutes.`,
  });
}

async function invite(form) {
  const { email, name } = form.elements;
  const body = { email: email.value.trim(), name: name.value.trim(), roles: [granted(form)] };
  const user = await post("/api/v1/users", body);
  form.closest("dialog").close();
  await handOver(user.id, user.name || user.email);
}

const ACTS = {
  link: ({ account: id, about }) => handOver(id, about),
  enable: ({ account: id }) => post(address(id, "enable")),
  disable: ({ account: id }) => post(address(id, "disable")),
  revoke: ({ account: id }, grant) => post(address(id, `roles/${encodeURIComponent(grant)}/revoke`)),
  codesOff: ({ account: id }) => post(address(id, "codes/end")),
  endAll: ({ account: id }) => post(address(id, "sessions/end")),
  end: ({ account: id }, session) => post(address(id, `sessions/${encodeURIComponent(session)}/end`)),
};

const CONFIRMED = { disable: "disable-dialog", codesOff: "codes-off-dialog" };

opening("invite", "[data-invite]", invite);

document.getElementById("grant")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  tried(form.querySelector("button"), () => post(address(account.dataset.account, "roles"), granted(form)));
});

document.getElementById("skills")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  const skills = listOf(form.elements.skills.value);
  tried(form.querySelector("button"), () => put(address(account.dataset.account, "skills"), { skills }));
});

document.getElementById("codes-rule")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  const roles = new FormData(form).getAll("roles");
  const starts_at = new Date(`${form.elements.starts_on.value}T00:00`).toISOString();
  tried(form.querySelector("button"), () => put("/api/v1/codes-rule", roles.length ? { roles, starts_at } : {}));
});

document.getElementById("main").addEventListener("click", async ({ target }) => {
  const button = account && target.closest("button");
  const name = button && Object.keys(ACTS).find((act) => act in button.dataset);
  if (!name) return;
  if (name in CONFIRMED && !await confirmed(CONFIRMED[name], account.dataset.about)) return;
  tried(button, () => ACTS[name](account.dataset, button.dataset[name]));
});

// Acts of the user, through the JSON API. A refusal says who was faster and what they did.

import { instant } from "./times.js";

const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** Its message is for people; `data` is what the floor answered. */
export class Refused extends Error {
  constructor(message, data = null) {
    super(message);
    this.data = data;
  }
}

/** Return the JSON that `path` answers. */
export function read(path) {
  return send("GET", path);
}

/** POST `body`; return the answer's JSON, or throw `Refused` with a sentence for people. */
export function post(path, body = {}) {
  return send("POST", path, body);
}

export function put(path, body) {
  return send("PUT", path, body);
}

export function patch(path, body) {
  return send("PATCH", path, body);
}

export function remove(path) {
  return send("DELETE", path, {});
}

/** POST a file as it is. */
export function upload(path, file) {
  return send("POST", path, file, "application/octet-stream");
}

/** POST without a body, even while the page goes away; nobody waits for the answer. */
export function part(path) {
  void fetch(path, { method: "POST", headers: { "X-CSRFToken": token }, keepalive: true }).catch(() => null);
}

async function send(method, path, body, type = "application/json") {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: { "Content-Type": type, "X-CSRFToken": token },
      body: body === undefined || type !== "application/json" ? body : JSON.stringify(body),
    });
  } catch {
    throw new Refused("The floor does not answer. Nothing was changed; try again.");
  }
  const text = await answer.text();
  const data = parsed(text);
  if (!answer.ok) throw new Refused(data?.message ? told(data) : `The floor answered ${answer.status}.`, data);
  return data;
}

/** What was refused: who was faster, by this page's clock, or the cure for each field. */
function told({ message, fields, reason, earlier }) {
  if (earlier) return `${reason}: ${earlier.who} ${earlier.what} at ${instant(earlier.at)}.`;
  const cures = Object.entries(fields ?? {}).filter(([, cure]) => !message.includes(cure));
  return cures.length ? `${message} (${cures.map(([name, cure]) => `${name}: ${cure}`).join("; ")})` : message;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function act(kind, id, name, body) {
  return post(`/api/v1/${kind}/${encodeURIComponent(id)}/${name}`, body);
}

// Notifications of the browser, asked for by a button and never on load.

export function permission() {
  return "Notification" in window ? Notification.permission : "unsupported";
}

export async function ask() {
  return permission() === "default" ? Notification.requestPermission() : permission();
}

/** Tell of a life-safety incident; a click opens it. */
export function notify({ id, number, title, site_name: site }) {
  if (permission() !== "granted") return;
  const note = new Notification(`Life safety: ${title}`, {
    body: [site, number && `INC-${number}`].filter(Boolean).join(" · "),
    tag: id,
    requireInteraction: true,
  });
  note.onclick = () => {
    window.focus();
    location.assign(`/incidents/${id}`);
    note.close();
  };
}

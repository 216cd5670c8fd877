// What this browser remembers. Storage can be forbidden or full: then nothing is remembered.

export function recall(name) {
  try {
    return localStorage.getItem(`wf.${name}`);
  } catch {
    return null;
  }
}

export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(`wf.${name}`);
    else localStorage.setItem(`wf.${name}`, value);
  } catch {
    return false;
  }
  return true;
}

// Loaded in the head, before anything is painted, so that a chosen theme does not flash.
(() => {
  try {
    const theme = localStorage.getItem("wf.theme");
    if (theme) document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be forbidden; the system's own theme is used then.
  }
})();

// Lessons: confirm, withdraw. The page is loaded anew: what is in effect changes all of it.

import { post } from "./actions.js";
import { toast } from "./toast.js";

document.getElementById("lessons").addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-lesson-act]");
  if (!button || button.disabled) return;
  button.disabled = true;
  const id = button.closest("[data-lesson]").dataset.lesson;
  try {
    await post(`/api/v1/lessons/${encodeURIComponent(id)}/${button.dataset.lessonAct}`);
    location.reload();
  } catch (refusal) {
    button.disabled = false;
    toast(refusal.message, { bad: true });
  }
});

// What stands before resolving an incident, told in the dialog that resolves.

let asked = 0;

/** Show the required steps that are open, and resolve nothing meanwhile. `id` null: nothing does. */
export async function tellOpenSteps(id) {
  const mine = ++asked;
  show([], id);
  if (!id) return;
  const answer = await fetch(`/api/v1/incidents/${encodeURIComponent(id)}/order`).catch(() => null);
  if (!answer?.ok) return;
  const order = await answer.json();
  if (mine === asked) show(order.steps.filter(({ number }) => order.open_steps.includes(number)), id);
}

function show(steps, id) {
  const dialog = document.getElementById("resolve-dialog");
  const box = dialog.querySelector("[data-open-steps]");
  box.hidden = !steps.length;
  box.querySelector("a").href = `/incidents/${id}#order`;
  box.querySelector("ol").replaceChildren(...steps.map(({ number, text }) => {
    const line = document.createElement("li");
    line.textContent = `${number}. ${text}`;
    return line;
  }));
  dialog.querySelector(".button.first").disabled = steps.length > 0;
}

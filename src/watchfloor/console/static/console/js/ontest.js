// What is on test is said on every page: a word before its end, and the banner goes at its end.

import { toast } from "./toast.js";
import { moment } from "./times.js";

const WARN = 10 * 60_000;
const warned = new Set();

/** Look at the banner's tests; return whether one of them is over by now. */
export function lookAtTests(now = Date.now()) {
  let isOver = false;
  for (const { dataset } of document.querySelectorAll("[data-test-ends]")) {
    const left = Date.parse(dataset.testEnds) - now;
    isOver ||= left <= 0;
    if (left > WARN || left <= 0 || warned.has(dataset.test)) continue;
    warned.add(dataset.test);
    toast(`The test of ${dataset.place} ends at ${moment(dataset.testEnds)}.`);
  }
  return isOver;
}

/** Where `t` leads: to the form, with the place that the page or the chosen row is about. */
export function testAddress() {
  const row = document.activeElement?.closest("[data-on-test]");
  return (row ?? document.querySelector("#subject[data-on-test]"))?.dataset.onTest ?? "/on-test";
}

"""What a page is waited for, each wait with an end: who waited in vain is told for what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, TimeoutError

from watchfloor.bench.floors import NotMeasured

PATIENCE_MS = 60_000.0
LOOK_EVERY_MS = 50.0
# Looked at by the clock: a page that draws nothing must not keep its own failure from being told.
BEGIN = """(arg) => {
  window.outcome = undefined;
  (%s)(arg).then(
    (value) => { window.outcome = { value }; },
    (reason) => { window.outcome = { reason: String(reason) }; },
  );
}"""


@contextmanager
def awaited(what: str) -> Iterator[None]:
    """Say what did not come where a wait inside ends in vain. Raises: NotMeasured."""
    try:
        yield
    except TimeoutError as error:
        raise NotMeasured(f"waited in vain for {what}: {error.message.splitlines()[0]}") from None


def outcome_of(
    page: Page, promise: str, arg: object = None, *, what: str, patience: float = PATIENCE_MS
) -> Any:
    """Return what a promise of the page comes to: to evaluate it would wait without an end.

    Raises: NotMeasured where it fails or does not come in time.
    """
    page.evaluate(BEGIN % promise, arg)
    with awaited(what):
        found = page.wait_for_function(
            "() => window.outcome", polling=LOOK_EVERY_MS, timeout=patience
        ).json_value()
    if "reason" in found:
        raise NotMeasured(f"waited in vain for {what}: {found['reason']}")
    return found.get("value")

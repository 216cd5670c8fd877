"""All that was accepted comes onto the screen; how soon is printed, and measured by the bench."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.utils import timezone

from tests.browser.conftest import Desk, wait_for
from tests.make import bearer, make_key

pytestmark = pytest.mark.browser

# Note when each title is first in the page, by the page's own clock, which is the test's too.
WATCH = """
window.seen = {};
new MutationObserver(() => {
  for (const link of document.querySelectorAll("#rows .row-title")) {
    window.seen[link.textContent] ??= Date.now();
  }
}).observe(document.getElementById("rows"), {childList: true, subtree: true});
"""


class Sender:
    """Posts alerts on one connection, and knows when each body was accepted."""

    def __init__(self, desk: Desk) -> None:
        key = desk.floor.do(lambda: make_key(desk.tenant))
        self.client = httpx.Client(base_url=desk.floor.url, headers=bearer(key), timeout=30)

    def send(self, *alerts: dict[str, Any]) -> float:
        now = timezone.now().isoformat()
        body = [{"severity": "HIGH", "timestamp": now, **alert} for alert in alerts]
        assert self.client.post("/api/v1/alerts", json=body).status_code == 202
        return timezone.now().timestamp()


@pytest.fixture
def sender(desk: Desk) -> Iterator[Sender]:
    sender = Sender(desk)
    yield sender
    sender.client.close()


def seconds_to_screen(desk: Desk, accepted: dict[str, float]) -> list[float]:
    def all_seen() -> bool:
        return bool(
            desk.page.evaluate(
                "parts => parts.every(part => Object.keys(seen).some(t => t.includes(part)))",
                list(accepted),
            )
        )

    assert wait_for(all_seen, desk.page, seconds=20)
    seen: dict[str, float] = desk.page.evaluate("window.seen")
    return sorted(
        min(at for title, at in seen.items() if part in title) / 1000 - when
        for part, when in accepted.items()
    )


def test_at_a_thousand_a_minute_each_alert_is_soon_on_the_screen(
    desk: Desk, sender: Sender
) -> None:
    desk.page.evaluate(WATCH)
    accepted = {}
    for number in range(60):
        part = f"door-{number:03d}x"
        accepted[part] = sender.send(
            {"alert_type": f"DOOR_{number}", "entity_id": part, "site": f"Site {number}",
             "message": f"{part} forced"}
        )  # fmt: skip
        time.sleep(0.06)

    took = seconds_to_screen(desk, accepted)

    print(f"median {took[len(took) // 2]:.3f} s, p95 {took[int(len(took) * 0.95)]:.3f} s")
    assert len(took) == len(accepted) == 60


def test_panic_within_a_storm_is_soon_on_the_screen(desk: Desk, sender: Sender) -> None:
    desk.page.evaluate(WATCH)
    accepted = {}
    for hundred in range(30):
        storm = [
            {"alert_type": "LINK_DOWN", "entity_id": f"sw-{hundred}-{n}", "message": "Link down",
             "site": f"Site {n % 40}"}
            for n in range(100)
        ]  # fmt: skip
        sender.send(*storm)
        if hundred % 3 == 1:
            part = f"button-{hundred:03d}x"
            accepted[part] = sender.send(
                {"alert_type": "PANIC", "severity": "CRITICAL", "entity_id": part,
                 "message": f"{part} pressed", "site": "Reception"}
            )  # fmt: skip

    took = seconds_to_screen(desk, accepted)

    print(f"panic: median {took[len(took) // 2]:.3f} s, slowest {took[-1]:.3f} s")
    assert len(took) == len(accepted) == 10
    assert desk.page.locator("#rows .row").count() <= 200

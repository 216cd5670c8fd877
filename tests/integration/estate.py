"""A night of an estate as senders would post it, made from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

from watchfloor.cli.history import Item

START = 1_767_571_200.0
TYPES = ("DEVICE_OFFLINE", "DOOR_FORCED", "POWER_LOSS", "TOUR_OVERDUE", "SYNC_DEGRADED")


def night(count: int, *, seed: int = 11, sites: int = 9) -> Iterator[Item]:
    """Yield `count` reports of some hours: chatter, repeats, resolves, and storms at one site."""
    dice = random.Random(seed)  # noqa: S311  a repeatable night, not a secret
    at = START
    for number in range(count):
        in_storm = (number // 40) % 3 == 1
        at += dice.expovariate(1 / 2) if in_storm else dice.expovariate(1 / 90)
        site = "S1" if in_storm else f"S{dice.randrange(sites)}"
        body = {
            "id": f"n{number}",
            "timestamp": at - dice.choice((0, 0, 0, 45)),
            "alert_type": "PANIC" if number % 97 == 50 else dice.choice(TYPES),
            "severity": dice.choice(("LOW", "MEDIUM", "HIGH", "CRITICAL")),
            "status": "resolved" if dice.random() < 0.2 else "firing",
            "site": site,
            "device": f"{site}-dev-{dice.randrange(6)}",
            "message": f"reading {number % 13}",
        }
        yield Item(body, at, "", number + 1)

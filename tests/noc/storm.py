"""A night of reports, made from a seed: repeats, resolves, touches, late ones, sudden storms."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.noc import flow
from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.types import Severity, Signal

TYPES = ("CAMERA_OFFLINE", "DOOR_FORCED", "POWER_LOSS", "UPS_LOW")


def night(count: int, *, seed: int = 7, sites: int = 6) -> Iterator[Report]:
    """Yield `count` reports of about ten hours, in order of arrival."""
    dice = random.Random(seed)  # noqa: S311  a repeatable night, not a secret
    minute = 0.0
    for number in range(count):
        minute += dice.expovariate(count / 600)
        yield _report(dice, number, minute, sites)


def _report(dice: random.Random, number: int, minute: float, sites: int) -> Report:
    happened = minute - (dice.uniform(20, 120) if dice.random() < 0.05 else dice.random())
    site = f"S{dice.randrange(sites)}"
    is_panic = dice.random() < 0.01
    return flow.make_report(
        minute,
        timestamp=flow.at(happened).timestamp(),
        alert_type="PANIC" if is_panic else dice.choice(TYPES),
        severity=dice.choice(list(Severity)),
        status=Signal.RESOLVED if dice.random() < 0.25 else Signal.FIRING,
        is_touch=dice.random() < 0.1,
        site=site,
        device=f"{site}-dev{dice.randrange(4)}",
        message=f"report {number % 9}",
        sender_id=f"sender-{number}",
        silence=1800.0 if dice.random() < 0.3 else None,
    )

"""How likely an act ends a cause: drawn for each run, so that nobody can know it beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.seasons import MINUTE


@dataclass(frozen=True, slots=True)
class Cure:
    """`low` and `high`: between which the odds of a run lie; `takes`: minutes until it shows."""

    action: str
    low: float
    high: float
    takes: float


CURES = {
    "POWER_CUT": None,
    "CARRIER_OUTAGE": None,
    "MAINTENANCE": None,
    "DEVICE_FAULT": Cure("restart_service", 0.45, 0.85, 4),
    "DEVICE_WORN": Cure("create_ticket", 0.5, 0.8, 180),
    "GATEWAY_FAULT": Cure("restart_service", 0.4, 0.8, 6),
    "SWITCH_FAULT": Cure("restart_service", 0.3, 0.7, 6),
    "RECORDER_FAULT": Cure("restart_service", 0.4, 0.8, 8),
    "FLAPPING": Cure("update_configuration", 0.3, 0.8, 10),
    "BAD_RELEASE": Cure("update_configuration", 0.7, 0.95, 20),
    "INTRUSION": Cure("assign_resource", 0.6, 0.95, 12),
    "EMERGENCY": Cure("assign_resource", 0.9, 0.99, 8),
    "ABSENCE": Cure("assign_resource", 0.4, 0.8, 45),
    "ROSTER_ERROR": Cure("assign_resource", 0.5, 0.9, 50),
    "ASLEEP": Cure("send_notification", 0.4, 0.8, 3),
    "NOT_ARMED": Cure("assign_resource", 0.7, 0.95, 15),
    "SLA_BREACH": Cure("assign_resource", 0.5, 0.9, 20),
    "FRAUD": None,
}
"""By kind of incident; None where nothing that a floor does ends it."""


class Odds:
    def __init__(self, rng: Random) -> None:
        self._of = {kind: rng.uniform(cure.low, cure.high) for kind, cure in CURES.items() if cure}

    def of(self, kind: str) -> tuple[Cure, float] | None:
        cure = CURES[kind]
        return (cure, self._of[kind]) if cure else None


def takes(cure: Cure, rng: Random) -> Seconds:
    return max(1.0, cure.takes * rng.lognormvariate(0.0, 0.4)) * MINUTE

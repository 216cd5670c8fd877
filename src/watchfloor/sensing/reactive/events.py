"""What others may hear of the rules, after the commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from watchfloor.aiops.types import Seconds
from watchfloor.platform.events import bus

SUSPECTED = "operation.suspected"
"""Detectors said something of people: `suspicions`, each a `Suspected`."""


class Suspected(msgspec.Struct, frozen=True):
    """A suspicion as its alert was raised; it names person and site by code."""

    alert_type: str
    alert_key: str
    """`dedup_key` of the alert."""
    person: str
    site: str
    detector: str
    confidence: float
    says: str
    at: Seconds


def suspected(told: Sequence[Suspected], *, at: datetime) -> None:
    """Tell what detectors said, in the caller's transaction."""
    if told:
        bus.publish(SUSPECTED, {"suspicions": [msgspec.to_builtins(one) for one in told]}, at=at)

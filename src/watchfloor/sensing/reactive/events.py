"""What others may hear of the rules, after the commit."""

from __future__ import annotations

import msgspec

from watchfloor.aiops.types import Seconds

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

"""Which alerts may be about a person in danger, and so are not paused, hidden or merged."""

from __future__ import annotations

from collections.abc import Mapping, Set
from enum import IntEnum
from functools import lru_cache

from watchfloor.aiops.types import LIFE_SAFETY_TYPES, canonical_type


class Protection(IntEnum):
    """How much a machine may do to an alert; stored, never renumber."""

    NONE = 0
    INTRUSION = 1
    """An unconfirmed intrusion: no pause, no silence; its flapping may be folded."""
    LIFE_SAFETY = 2
    """Own lane, own cluster, own incident; never paused, hidden, merged or closed by machine."""


INTRUSION_TYPES = frozenset(
    {"INTRUSION", "INTRUSION_ALARM", "INTRUSION_DETECTED", "BURGLARY", "BREAK_IN"}
)
CONFIRMED_TYPES = frozenset({"INTRUSION_CONFIRMED", "CONFIRMED_INTRUSION"})
_CONFIRMING = frozenset({"1", "true", "yes", "confirmed", "verified"})
"""Values of the label `confirmed` by which a sender says that somebody looked."""


def protection_of(
    alert_type: str, labels: Mapping[str, str], own_types: Set[str] = frozenset()
) -> Protection:
    """Return the protection; `own_types` are a tenant's own life-safety types, canonical.

    >>> protection_of("man-down", {})
    <Protection.LIFE_SAFETY: 2>
    >>> protection_of("INTRUSION", {"confirmed": "true"})
    <Protection.LIFE_SAFETY: 2>
    """
    canonical, built_in = _built_in(alert_type)
    if own_types and canonical in own_types:
        return Protection.LIFE_SAFETY
    if built_in is Protection.INTRUSION and _is_confirmed(labels):
        return Protection.LIFE_SAFETY
    return built_in


def _is_confirmed(labels: Mapping[str, str]) -> bool:
    return labels.get("confirmed", "").strip().lower() in _CONFIRMING


@lru_cache(maxsize=4096)
def _built_in(alert_type: str) -> tuple[str, Protection]:
    canonical = canonical_type(alert_type)
    if canonical in LIFE_SAFETY_TYPES or canonical in CONFIRMED_TYPES:
        return canonical, Protection.LIFE_SAFETY
    if canonical in INTRUSION_TYPES:
        return canonical, Protection.INTRUSION
    return canonical, Protection.NONE

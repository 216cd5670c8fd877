"""Two places that one person cannot have been at: too far apart for the time between them."""

from __future__ import annotations

from watchfloor.aiops.fraud.suspicion import MOST, Sighting, Suspicion, apart_m
from watchfloor.aiops.types import Seconds

SPEED_KMH = 150.0
TOWN_KMH = 40.0
"""Door to door, on the roads between two sites of a town."""
ANOTHER_PLACE_M = 500.0
"""What is nearer is one place: a compound with two gates, a mall and its car park."""
TOGETHER: Seconds = 300.0
_AT_THE_LIMIT = 0.5


def impossible(
    one: Sighting, other: Sighting, *, speed_kmh: float = SPEED_KMH, least_s: Seconds = 300.0
) -> Suspicion | None:
    """Return a suspicion if the time between is less than the way takes at the limit of speed.

    `least_s` is what leaving one place and arriving at another takes, however near. The confidence
    is a half where the time is just too short, as clocks and roads differ, and rises to `MOST` as
    the share of the needed time that there was falls to nothing.
    """
    metres = apart_m(one, other)
    if metres < ANOTHER_PLACE_M:
        return None
    needed = max(least_s, metres / (speed_kmh / 3.6))
    there_was = abs(other.at - one.at)
    if there_was >= needed:
        return None
    confidence = MOST - (MOST - _AT_THE_LIMIT) * there_was / needed
    return Suspicion("travel", confidence, _says(metres, there_was, needed))


def in_two_places(one: Sighting, other: Sighting) -> Suspicion | None:
    """Return a suspicion if one identity was used at two places at about the same time.

    Within minutes nobody reaches the speed limit of long ways: the pace of a town is the measure.
    """
    if abs(other.at - one.at) > TOGETHER:
        return None
    suspicion = impossible(one, other, speed_kmh=TOWN_KMH)
    return (
        None if suspicion is None else Suspicion("two_places", suspicion.confidence, suspicion.says)
    )


def _says(metres: float, there_was: Seconds, needed: Seconds) -> str:
    return (
        f"{metres / 1000:.1f} km apart within {there_was / 60:.0f} min; "
        f"the way takes at least {needed / 60:.0f} min."
    )

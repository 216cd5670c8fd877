"""Where people and things were seen, and whether that is within the fence of a site."""

from __future__ import annotations

import msgspec

from watchfloor.aiops.correlation.vicinity import Position, kilometres
from watchfloor.aiops.fraud.spoofing import teleport
from watchfloor.aiops.fraud.suspicion import Sighting
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Fix, Punch
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.types import Seconds

UNKNOWN_ACCURACY_M = 50.0
"""Of a position that does not say how good it is."""
_TWO_SIGMA = 2.0
"""Receivers give the radius in which two of three positions lie; twice that, 98 of 100."""

LOW_ACCURACY = Limit(
    name="gps_low_accuracy_m",
    default=100,
    unit="m",
    low=10,
    high=5000,
    says="Positions that are less accurate are of no use.",
)


class Place(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one device last said of where it is, and how often it said so to the last digit."""

    at: Seconds
    position: Position
    accuracy_m: float
    same: int = 1
    same_since: Seconds = 0.0
    jumped_from: Sighting | None = None
    """Where it was before, if from there it came too fast: a spoof or a glitch."""

    @property
    def sighting(self) -> Sighting:
        return Sighting(self.at, self.position, _TWO_SIGMA * self.accuracy_m)


class Outside(msgspec.Struct, frozen=True, array_like=True, gc=False):
    site: str
    distance_m: float
    accuracy_m: float
    is_sure: bool
    """Whether a punch says so, or two fixes in a row: one fix may be a glitch."""


def position_of(event: Fix | Punch) -> Position | None:
    """Return the position that an event tells; both of its halves, or none."""
    if event.lat is None or event.lon is None:
        return None
    return event.lat, event.lon


def accuracy_of(event: Fix | Punch) -> float:
    return UNKNOWN_ACCURACY_M if event.accuracy is None else event.accuracy


def next_place(before: Place | None, at: Seconds, position: Position, accuracy: float) -> Place:
    """Return the place after the one before. A jump stands until the next fix bears it out.

    Back from where it had jumped to, it was a glitch, and the way back is no jump.
    """
    if before is not None and (before.position, before.accuracy_m) == (position, accuracy):
        return Place(at, position, accuracy, before.same + 1, before.same_since)
    place = Place(at, position, accuracy, 1, at)
    if before is None or teleport(before.sighting, place.sighting) is None:
        return place
    if before.jumped_from and teleport(before.jumped_from, place.sighting) is None:
        return place
    return msgspec.structs.replace(place, jumped_from=before.sighting)


def fenced(
    event: Fix | Punch, site: str, known: Outside | None, directory: Directory
) -> Outside | None:
    """Return whether the event is outside the site's fence.

    A position too poor to tell changes nothing: neither a breach nor its end.
    """
    ref, distance = directory.sites.get(site), _distance_m(event, site, directory)
    if ref is None or distance is None:
        return known
    radius, accuracy = ref.radius_m, accuracy_of(event)
    if distance > radius + accuracy:
        is_sure = isinstance(event, Punch) or (known is not None and known.site == site)
        return Outside(site, distance, accuracy, is_sure)
    return None if distance <= radius else known


def _distance_m(event: Fix | Punch, site: str, directory: Directory) -> float | None:
    centre, position = directory.position(site), position_of(event)
    if centre is not None and position is not None:
        return 1000.0 * kilometres(centre, position)
    return event.gps_m if isinstance(event, Punch) else None

"""What a detector says: how sure it is that something is wrong, and the sentence that tells why.

A confidence is the share of such sightings that turn out to be wrong; `watchfloor bench sensing`
holds it against planted cases, and reviewed cases move it (see `score.Record`).
"""

from __future__ import annotations

import msgspec

from watchfloor.aiops.correlation.vicinity import Position, kilometres
from watchfloor.aiops.types import Seconds

MOST = 0.99
"""No detector is surer: each has an honest explanation, however rare."""


class Suspicion(msgspec.Struct, frozen=True, gc=False):
    detector: str
    confidence: float
    says: str


class Sighting(msgspec.Struct, frozen=True, array_like=True):
    """Somebody was at a place. The true place is within `within_m` metres of the position."""

    at: Seconds
    position: Position
    within_m: float
    site: str = ""


def apart_m(one: Sighting, other: Sighting) -> float:
    """Return by how many metres two sightings differ at least, whatever their errors were."""
    between = 1000.0 * kilometres(one.position, other.position)
    return max(0.0, between - one.within_m - other.within_m)

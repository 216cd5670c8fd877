"""The specification's clustering as it is written there, with what it leaves out filled in plainly.

Features are numbers as listed: types and entities by their index, the site's id, severity, hour,
day of the week, a hash, the seconds since the same entity's last alert, the count of entities. The
cluster keeps the vector of its first alert; the cosine with it decides, from .75; a cluster is
open for half an hour after its last alert. Nothing is scaled: the specification does not.
"""

from __future__ import annotations

import time
from math import sqrt
from zlib import crc32

from watchfloor.aiops.types import Seconds
from watchfloor.bench.grouping.answers import HALF_HOUR, Answer
from watchfloor.bench.grouping.labelled import Labelled, Told

THRESHOLD = 0.75
DAY: Seconds = 86_400.0
MOST_OPEN = 400
"""Only the clusters heard last are compared with, so that it ends."""

Vector = tuple[float, ...]


class Features:
    """Makes the vectors of one stream: ids are given in order of appearance."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], int] = {}
        self._last: dict[str, Seconds] = {}

    def of(self, told: Told) -> Vector:
        """Return the unit vector of a report's nine features."""
        at, host = told.truth.at, told.truth.host
        since = at - self._last.get(host, at)
        self._last[host] = at
        raw = (
            self._id("type", told.truth.type),
            self._id("entity type", told.report.entity_type),
            self._id("site", told.report.site),
            float(told.report.severity),
            float(at % DAY // 3600),
            float((at // DAY + 3) % 7),
            float(crc32(host.encode()) % 1000),
            max(0.0, since),
            1.0,
        )
        length = sqrt(sum(value * value for value in raw))
        return tuple(value / length for value in raw)

    def _id(self, kind: str, name: str) -> float:
        return float(self._ids.setdefault((kind, name), len(self._ids) + 1))


def cosine(stream: Labelled) -> Answer:
    features, vectors, last = Features(), dict[int, Vector](), dict[int, Seconds]()
    applied: list[str] = []
    began = time.process_time()
    for told in stream.told:
        at, vector = told.truth.at, features.of(told)
        number = _best(vector, at, vectors, last)
        if number is None:
            number = len(vectors) + 1
            vectors[number] = vector
        last.pop(number, None)
        last[number] = at
        applied.append(f"{told.tenant}:{number}")
    return Answer(applied, applied, time.process_time() - began)


def _best(
    vector: Vector, at: Seconds, vectors: dict[int, Vector], last: dict[int, Seconds]
) -> int | None:
    """Return the open cluster that is most alike, if one is alike enough."""
    best, highest = None, THRESHOLD
    for looked, number in enumerate(reversed(last)):
        if looked >= MOST_OPEN or last[number] < at - HALF_HOUR:
            break
        likeness = sum(map(float.__mul__, vector, vectors[number]))
        if likeness > highest:
            best, highest = number, likeness
    return best

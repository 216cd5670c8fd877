"""What was counted in each hour, for a year at most: all that a profile is made of."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

KEPT = 52 * 168
"""Hours. Older ones weigh under one hundredth and are forgotten."""
UNKNOWN = -1
"""Of an hour in which nobody counted. It is no zero."""
Counts = NDArray[np.int32]


class History(msgspec.Struct):
    """Counts of hours in a row; `first` is the number of the first one.

    It is the same in whatever order, and in however many parts, the hours were told.
    """

    first: int
    packed: bytes = b""

    @classmethod
    def of(cls, counted: Mapping[int, int]) -> History:
        """Return the history of counts by hour."""
        return cls(min(counted, default=0)).with_counts(counted)

    @property
    def counts(self) -> Counts:
        return np.frombuffer(zlib.decompress(self.packed), np.int32) if self.packed else _nothing(0)

    @property
    def until(self) -> int:
        """Return the hour that comes after the last one."""
        return self.first + len(self.counts)

    def with_counts(self, counted: Mapping[int, int]) -> History:
        """Return it with what was counted in further hours, or anew in ones it has."""
        if not counted:
            return self
        known = self.counts
        begin = min(self.first, min(counted)) if len(known) else min(counted)
        end = max(begin + 1, max(counted) + 1, self.first + len(known))
        begin = max(begin, end - KEPT)
        grown = _nothing(end - begin)
        _lay(grown, begin, self.first, known)
        for hour, count in counted.items():
            if hour >= begin:
                grown[hour - begin] = count
        return History(begin, zlib.compress(grown.tobytes(), 6))

    def of_hours(self, hours: Iterable[int]) -> dict[int, int]:
        """Return what was counted in those of the hours that are known."""
        counts = self.counts
        inside = ((hour, hour - self.first) for hour in hours)
        found = {hour: int(counts[at]) for hour, at in inside if 0 <= at < len(counts)}
        return {hour: count for hour, count in found.items() if count != UNKNOWN}


def _nothing(hours: int) -> Counts:
    return np.full(hours, UNKNOWN, dtype=np.int32)


def _lay(grown: Counts, begin: int, first: int, known: Counts) -> None:
    skipped = max(0, begin - first)
    kept = known[skipped:]
    at = max(0, first - begin)
    grown[at : at + len(kept)] = kept


def trailing(counts: Counts, span: int) -> Counts:
    """Return what was counted in the `span` hours that end with each; unknown if one of them is.

    >>> trailing(np.array([1, 2, UNKNOWN, 4, 5], dtype=np.int32), 2).tolist()
    [-1, 3, -1, -1, 9]
    """
    known = np.concatenate([np.ones(span, int), counts == UNKNOWN]).cumsum()
    sums = np.concatenate([np.zeros(span, int), np.maximum(counts, 0)]).cumsum()
    is_whole = known[span:] == known[:-span]
    return np.where(is_whole, sums[span:] - sums[:-span], UNKNOWN).astype(np.int32)

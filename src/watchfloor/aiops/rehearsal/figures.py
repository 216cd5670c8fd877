"""The figures by which two configurations, or none at all, are compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import msgspec
import numpy as np

from watchfloor.aiops.rehearsal.side import Tally
from watchfloor.aiops.stream import Heard
from watchfloor.aiops.types import Seconds, Signal

WINDOW: Seconds = 600.0
"""Load is counted in ten minutes."""
ACCEPTED = 1.0
"""Alarms for each operator and ten minutes that can be worked with care; EEMUA 191, ISA-18.2."""
FLOOD = 10.0
"""From so many on nobody reads them any more; same sources."""
QUIET: Seconds = 1800.0
"""A gap over this begins a new alert for plain de-duplication."""
DAY: Seconds = 86_400.0
_PRUNE_AT_LEAST = 10_000


class Load(msgspec.Struct, frozen=True):
    """New things for each operator in ten minutes. Shares are of all windows of the period."""

    mean: float = 0.0
    busy: float = 0.0
    """95 of 100 windows stay at or below this."""
    worst: float = 0.0
    over_accepted: float = 0.0
    floods: float = 0.0


class Figures(msgspec.Struct, frozen=True):
    """One side of a comparison."""

    incidents: int
    """Clusters, after merges, of which somebody would have been told."""
    clusters: int
    incidents_per_day: float
    cut: float
    """What grouping saves over plain de-duplication; below 0 where it adds."""
    load: Load
    largest: int
    """Reports of the largest cluster."""
    longest: Seconds
    life_safety: int
    pools: int
    """Clusters that only gather chatter, routine or what came late."""


class Dedupe:
    """What plain de-duplication would have shown: a fingerprint anew after half an hour."""

    def __init__(self) -> None:
        self.count = 0
        self._last: dict[str, Seconds] = {}
        self._prune_at = _PRUNE_AT_LEAST

    def hear(self, heard: Heard) -> bool:
        """Return whether the report would have been shown."""
        if heard.view.signal is not Signal.FIRING or heard.view.is_touch:
            return False
        last = self._last.get(heard.key)
        self._last[heard.key] = heard.at if last is None or heard.at > last else last
        if last is not None and heard.at - last <= QUIET:
            return False
        self.count += 1
        if len(self._last) >= self._prune_at:
            self._prune(heard.at)
        return True

    def _prune(self, now: Seconds) -> None:
        self._last = {key: at for key, at in self._last.items() if now - at <= QUIET}
        self._prune_at = max(_PRUNE_AT_LEAST, 2 * len(self._last))


def load(times: Collection[Seconds], start: Seconds, end: Seconds, operators: int) -> Load:
    """Return the load that things new at `times` are for each of the operators."""
    windows = max(1, int(np.ceil((end - start) / WINDOW)))
    places = ((np.fromiter(times, float, len(times)) - start) // WINDOW).astype(np.int64)
    inside = places[(places >= 0) & (places < windows)]
    each = np.bincount(inside, minlength=windows) / max(1, operators)
    return Load(
        mean=float(each.mean()),
        busy=float(np.percentile(each, 95)),
        worst=float(each.max()),
        over_accepted=float((each > ACCEPTED).mean()),
        floods=float((each > FLOOD).mean()),
    )


def figures(
    tallies: Sequence[Tally], *, deduped: int, start: Seconds, end: Seconds, operators: int
) -> Figures:
    """Return the figures of clusters after their merges."""
    shown = [one for one in tallies if one.is_shown]
    return Figures(
        incidents=len(shown),
        clusters=len(tallies),
        incidents_per_day=len(shown) / days(start, end),
        cut=1.0 - len(shown) / deduped if deduped else 0.0,
        load=load([one.shown_at for one in shown], start, end, operators),
        largest=max((one.reports for one in tallies), default=0),
        longest=max((one.last - one.first for one in tallies), default=0.0),
        life_safety=sum(one.is_life_safety for one in tallies),
        pools=sum(one.reason in {"chatter", "steady", "routine", "late"} for one in tallies),
    )


def days(start: Seconds, end: Seconds) -> float:
    """Return the length of the period, at least a tenth of a day."""
    return max((end - start) / DAY, 0.1)


def per_day(times: Iterable[Seconds], start: Seconds, end: Seconds) -> list[int]:
    """Return how many fall on each day of the period, counted from its start."""
    counts = [0] * max(1, int(np.ceil((end - start) / DAY)))
    for at in times:
        place = int((at - start) // DAY)
        if 0 <= place < len(counts):
            counts[place] += 1
    return counts

"""Two groupings of the same reports beside each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log1p
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from watchfloor.aiops.clustering.features import Membership
from watchfloor.aiops.rehearsal.outcome import Decision, Difference, Told
from watchfloor.aiops.rehearsal.side import Noted, Side, Tally
from watchfloor.aiops.rehearsal.titles import thing_of, title
from watchfloor.aiops.types import Seconds

Numbers: TypeAlias = npt.NDArray[np.int64]
"""Shape (reports,): a cluster for each."""
SHOWN = 10
LATE: Seconds = 300.0
"""An incident opened this long after its first alert is late."""
_LEAST_REPORTS = 2


def roots(side: Side) -> Numbers:
    """Return the cluster of each report after all declared merges."""
    numbers = np.frombuffer(side.clusters, np.int32) if side.clusters else np.empty(0, np.int32)
    ends = np.arange(int(numbers.max(initial=0)) + 1, dtype=np.int64)
    for number in side.merged:
        if number < len(ends):
            ends[number] = side.root(number)
    return ends[numbers]


@dataclass(frozen=True, slots=True)
class Pairs:
    """How many alerts each pair of clusters, one of each side, has in common."""

    one: Numbers
    two: Numbers
    counts: Numbers

    @classmethod
    def of(cls, one: Numbers, two: Numbers, began: Sequence[int] | bytes | bytearray) -> Pairs:
        """Count the reports that began a bout."""
        chosen = np.frombuffer(bytes(began), np.uint8).astype(bool)
        width = int(two.max(initial=0)) + 1
        keys, counts = np.unique(one[chosen] * width + two[chosen], return_counts=True)
        return cls(keys // width, keys % width, counts.astype(np.int64))

    def agreement(self) -> float:
        """Return the adjusted Rand index; 1 where nothing can be disagreed on."""
        total = _twos(np.array([self.counts.sum()]))
        both = _twos(self.counts)
        ones, twos = _twos(_sums(self.one, self.counts)), _twos(_sums(self.two, self.counts))
        expected = ones * twos / total if total else 0.0
        most = (ones + twos) / 2
        return (both - expected) / (most - expected) if most > expected else 1.0

    def joined(self) -> int:
        """Return the second side's clusters that hold most of several of the first's."""
        return _several(self._homes(self.one, self.two))

    def parted(self) -> int:
        """Return the first side's clusters that hold most of several of the second's."""
        return _several(self._homes(self.two, self.one))

    def _homes(self, inner: Numbers, outer: Numbers) -> Numbers:
        """Return for each inner cluster the outer one that holds most of it."""
        order = np.lexsort((-self.counts, inner))
        _, first = np.unique(inner[order], return_index=True)
        return outer[order][first]


@dataclass(frozen=True, slots=True)
class Lateness:
    late: int
    longest: Seconds
    swallowed: int


def lateness(
    reference: Numbers,
    opened: Sequence[int] | bytes | bytearray,
    times: Sequence[Seconds],
    known: Mapping[int, Tally],
) -> Lateness:
    """Return how late a side begins incidents of the other, told by its `opened` reports."""
    if not len(reference):
        return Lateness(0, 0.0, 0)
    at = np.asarray(times)
    firsts = _firsts(reference, np.arange(len(reference)))
    openings = np.flatnonzero(np.frombuffer(bytes(opened), np.uint8))
    begun = _firsts(reference[openings], openings)
    late = swallowed = 0
    longest = 0.0
    for number, first in firsts.items():
        tally = known.get(number)
        if tally is None or not tally.is_shown or tally.reports < _LEAST_REPORTS:
            continue
        opening = begun.get(number)
        if opening is None:
            swallowed += 1
        elif (delay := float(at[opening] - at[first])) > LATE:
            late, longest = late + 1, max(longest, delay)
    return Lateness(late, longest, swallowed)


def told(said: Sequence[tuple[str, int]]) -> Told | None:
    """Return how well clusters tell labels, by pairs of labelled alerts; None without any."""
    if len(said) < 2:
        return None
    both, labels = Counter(said), Counter(label for label, _ in said)
    clusters = Counter(cluster for _, cluster in said)
    true, found, meant = (_pairs(counts.values()) for counts in (both, clusters, labels))
    precision = true / found if found else 1.0
    recall = true / meant if meant else 1.0
    return Told(
        precision=precision,
        recall=recall,
        f1=2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        over_merged=_shared(cluster for _, cluster in both),
        split=_shared(label for label, _ in both),
    )


def examples(
    noted: Iterable[Noted], sides: tuple[Side, Side], ended: Sequence[Mapping[int, Tally]]
) -> list[Difference]:
    """Return the weightiest differences of both kinds, one for each pair of incidents."""
    seen: set[tuple[int, int]] = set()
    ranked = sorted(
        ((_weight(one, sides, ended), place, one) for place, one in enumerate(noted)),
        key=lambda found: (-found[0], found[1]),
    )
    chosen: dict[bool, list[Noted]] = {True: [], False: []}
    for _, _, one in ranked:
        pair = (sides[0].root(one.current.cluster), sides[1].root(one.candidate.cluster))
        mine = chosen[one.current.opened_cluster]
        if pair not in seen and len(mine) < SHOWN:
            seen.add(pair)
            mine.append(one)
    joined, parted = chosen[True], chosen[False]
    few = min(len(joined), max(SHOWN // 2, SHOWN - len(parted)))
    picked = joined[:few] + parted[: SHOWN - few]
    return [_difference(one, sides, ended) for one in picked]


def _difference(
    one: Noted, sides: tuple[Side, Side], ended: Sequence[Mapping[int, Tally]]
) -> Difference:
    view = one.heard.view
    return Difference(
        kind="joined" if one.current.opened_cluster else "parted",
        at=one.heard.at,
        alert_type=view.alert_type,
        thing=thing_of(view.entity),
        site=view.site,
        message=view.message,
        severity=int(view.severity),
        current=_decision(one.current, sides[0], ended[0]),
        candidate=_decision(one.candidate, sides[1], ended[1]),
    )


def _decision(answer: Membership, side: Side, ended: Mapping[int, Tally]) -> Decision:
    tally = ended.get(side.root(answer.cluster))
    near = ended.get(side.root(answer.runner_up)) if answer.runner_up is not None else None
    return Decision(
        incident=title(tally) if tally else "",
        reports=tally.reports if tally else 0,
        alerts=tally.alerts if tally else 0,
        opened=answer.opened_cluster,
        score=answer.score,
        threshold=answer.threshold,
        features=list(answer.features),
        decided_by=answer.decided_by,
        runner_up=title(near) if near else "",
        runner_up_score=answer.runner_up_score,
    )


def _weight(one: Noted, sides: tuple[Side, Side], ended: Sequence[Mapping[int, Tally]]) -> float:
    """A difference weighs by what stands alone on one side: how bad it is, and how much."""
    place = 0 if one.current.opened_cluster else 1
    answer = (one.current, one.candidate)[place]
    tally = ended[place].get(sides[place].root(answer.cluster))
    return tally.severity * log1p(tally.alerts) if tally else 0.0


def _firsts(numbers: Numbers, places: Numbers) -> dict[int, int]:
    found, first = np.unique(numbers, return_index=True)
    return dict(zip(found.tolist(), places[first].tolist(), strict=True))


def _sums(names: Numbers, counts: Numbers) -> Numbers:
    return np.bincount(names, weights=counts).astype(np.int64)


def _twos(counts: Numbers) -> float:
    return float((counts * (counts - 1)).sum()) / 2


def _several(homes: Numbers) -> int:
    return int((np.unique(homes, return_counts=True)[1] > 1).sum())


def _pairs(counts: Iterable[int]) -> int:
    return sum(count * (count - 1) // 2 for count in counts)


def _shared(names: Iterable[object]) -> int:
    return sum(count > 1 for count in Counter(names).values())

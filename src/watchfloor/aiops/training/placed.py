"""Whether what an adviser placed is where it belongs, and whether that may be luck.

A figure over all of a stream may rise by a single incident that happens to fall well. Each placing
is a trial of its own: one that is no better than a coin is not believed, whatever the figure says.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import comb

import msgspec

from watchfloor.aiops.training.examples import LabelledPair

_LUCK = 20
"""Once in so many times a coin may do as well: five of five pass, and eight of nine."""


class Fared(msgspec.Struct, frozen=True):
    """Of the bouts that were placed, those of which something is known."""

    right: int = 0
    wrong: int = 0


def may_be_luck(fared: Fared) -> bool:
    """Whether tossing a coin for each would often enough come to as many right ones."""
    known = fared.right + fared.wrong
    as_good = sum(comb(known, right) for right in range(fared.right, known + 1))
    return _LUCK * as_good > 1 << known


def by_labels(
    placed: Iterable[int], clusters: Sequence[int], labels: Sequence[str | None]
) -> Fared:
    """Hold each placed bout against what most of its cluster is, by the labels of all bouts."""
    inside: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for cluster, label in zip(clusters, labels, strict=True):
        if label is not None:
            inside[cluster][label] += 1
    votes = []
    for n in placed:
        label = labels[n]
        if label is not None:
            others = inside[clusters[n]] - Counter([label])
            votes.append(_most(others, label))
    return _fared(votes)


def by_pairs(
    placed: Iterable[int],
    clusters: Sequence[int],
    alerts: Sequence[str],
    pairs: Iterable[LabelledPair],
) -> Fared:
    """Hold each placed bout against what is known of it and others that are in its cluster."""
    where = dict(zip(alerts, clusters, strict=True))
    known: defaultdict[str, float] = defaultdict(float)
    for pair in pairs:
        if where.get(pair.one, -1) == where.get(pair.other, -2):
            for alert in (pair.one, pair.other):
                known[alert] += pair.weight if pair.together else -pair.weight
    return _fared(known[alerts[n]] for n in placed)


def _most(others: Counter[str], label: str) -> float:
    """Return above 0 if most of the others are of the label, below if not, 0 if there are none."""
    return 2.0 * others[label] - others.total()


def _fared(votes: Iterable[float]) -> Fared:
    """Count votes for and against; what is at odds, or unknown, says nothing."""
    told: Iterator[bool] = (vote > 0.0 for vote in votes if vote)
    counts = Counter(told)
    return Fared(counts[True], counts[False])

"""How far two groupings of the same things agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from watchfloor.aiops.errors import ShapeError


@dataclass(frozen=True, slots=True)
class Prefix:
    """What later reports did to the grouping of earlier ones; shares are of the earlier reports."""

    ari: float
    split: float
    """In clusters that came apart: never allowed."""
    merged: float
    """In clusters that became one: allowed where it is declared."""


def adjusted_rand(one: Sequence[Hashable], other: Sequence[Hashable]) -> float:
    """Return the adjusted Rand index: 1 for the same grouping, about 0 for unrelated ones.

    Raises: ShapeError if the two are of different lengths.
    """
    if len(one) != len(other):
        raise ShapeError(f"{len(one)} things in one grouping, {len(other)} in the other")
    both = _pairs(Counter(zip(one, other, strict=True)).values())
    in_one, in_other = _pairs(Counter(one).values()), _pairs(Counter(other).values())
    everything = _pairs([len(one)])
    expected = in_one * in_other / everything if everything else 0.0
    most = (in_one + in_other) / 2
    return (both - expected) / (most - expected) if most != expected else 1.0


def prefix_check(alone: Sequence[Hashable], whole: Sequence[Hashable]) -> Prefix:
    """Compare how the first part of a stream was grouped alone and as part of the whole stream."""
    ari = adjusted_rand(alone, whole)
    return Prefix(ari, _scattered(alone, whole), _scattered(whole, alone))


def _scattered(groups: Sequence[Hashable], over: Sequence[Hashable]) -> float:
    """Return the share of things whose group lies in several of the other's."""
    parts: defaultdict[Hashable, set[Hashable]] = defaultdict(set)
    for group, part in zip(groups, over, strict=True):
        parts[group].add(part)
    return sum(len(parts[group]) > 1 for group in groups) / len(groups) if groups else 0.0


def _pairs(sizes: Iterable[int]) -> float:
    return float(sum(size * (size - 1) // 2 for size in sizes))

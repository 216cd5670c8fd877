"""Whether a town without power is one incident, and whether it takes far sites in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from watchfloor.bench.grouping.answers import ours
from watchfloor.bench.grouping.darkness import OUTAGE, SEEDS, Darkness, darkness
from watchfloor.bench.results import Row

LEAST_SHARE = 0.95
"""Of the outage's reports in its cluster, for it to count as one incident."""


@dataclass(frozen=True, slots=True)
class Night:
    """What became of one outage."""

    name: str
    share: float
    """Of the outage's reports in the cluster that holds most of them."""
    sites: int
    """How many of the dark sites are in it."""
    clusters: int
    swallowed: tuple[str, ...]
    """Far sites that are in it."""

    @property
    def is_one(self) -> bool:
        return self.share >= LEAST_SHARE


def measure(*, is_quick: bool = False) -> dict[str, list[Night]]:
    """Return the nights without and with decoys."""
    seeds = range(3 if is_quick else SEEDS)
    return {
        name: [_night(darkness(seed, decoy=decoy)) for seed in seeds]
        for name, decoy in (("plain", False), ("decoys", True))
    }


def _night(dark: Darkness) -> Night:
    told, names = dark.stream.told, ours(dark.stream).final
    where = Counter(n for n, t in zip(names, told, strict=True) if t.truth.step == OUTAGE)
    largest, held = max(where.items(), key=lambda item: (item[1], item[0]))
    inside = {t.report.site for n, t in zip(names, told, strict=True) if n == largest}
    return Night(
        dark.stream.name,
        held / where.total(),
        len(inside & dark.dark),
        len(where),
        tuple(sorted(inside & dark.far)),
    )


def rows(found: dict[str, list[Night]]) -> list[Row]:
    return [row for name, nights in found.items() for row in _rows(name, nights)]


def _rows(name: str, nights: Sequence[Night]) -> list[Row]:
    of = len(nights)
    one = sum(night.is_one for night in nights)
    swallowed = sum(len(night.swallowed) for night in nights)
    suffix = "" if name == "plain" else ", far sites failing in the same minute"
    least = -(-of * 8 // 10)
    mean = sum(night.share for night in nights) / of
    pieces = sum(night.clusters for night in nights) / of
    return [
        Row(f"12 sites dark, one incident{suffix}", f"{one} of {of}", f"{least}", f"{of}",
            one >= least),
        Row(f"far sites in it{suffix}", f"{swallowed}", "0", "0", swallowed == 0),
        Row(f"share of its reports in its largest cluster{suffix}", f"{mean:.3f}"),
        Row(f"clusters that hold some of it{suffix}", f"{pieces:.1f}"),
    ]  # fmt: skip

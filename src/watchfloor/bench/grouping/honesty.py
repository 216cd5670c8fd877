"""Does what came later change how earlier reports were grouped?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from watchfloor.aiops.evaluation.agreement import Prefix, prefix_check
from watchfloor.bench.grouping.answers import ours
from watchfloor.bench.grouping.labelled import Labelled
from watchfloor.bench.grouping.scores import Bar, row
from watchfloor.bench.results import Row


@dataclass(frozen=True, slots=True)
class Checked:
    name: str
    applied: Prefix
    final: Prefix


def check(stream: Labelled) -> Checked:
    """Compare the first half told alone with the same half told as part of the whole."""
    half = len(stream.told) // 2
    alone, whole = ours(stream.first(half)), ours(stream)
    return Checked(
        stream.name,
        prefix_check(alone.applied, whole.applied[:half]),
        prefix_check(alone.final, whole.final[:half]),
    )


def measure(streams: Iterable[Labelled]) -> list[Checked]:
    return [check(stream) for stream in streams]


def rows(found: Sequence[Checked]) -> list[Row]:
    whole = Bar(worst=0, worst_aim=0, is_most=True)
    return [
        row(f"first half alone and within the whole, of {len(found)} streams: ARI as applied",
            [one.applied.ari for one in found], Bar(worst=0.999, worst_aim=1), "{:.5f}".format),
        row("share split as applied", [one.applied.split for one in found], whole, "{:g}".format),
        row("share split after merges", [one.final.split for one in found], whole, "{:g}".format),
        row("share merged, by declared merges", [one.final.merged for one in found],
            Bar(is_most=True), "{:g}".format),
    ]  # fmt: skip

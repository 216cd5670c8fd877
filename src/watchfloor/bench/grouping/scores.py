"""Figures of a stream, and rows that hold them against what is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

from watchfloor.aiops.evaluation.clusters import GroupingReport, evaluate
from watchfloor.aiops.types import Seconds
from watchfloor.bench.grouping.answers import Answer
from watchfloor.bench.grouping.labelled import Labelled
from watchfloor.bench.results import Row


@dataclass(frozen=True)
class Score:
    """How one method groups one stream."""

    stream: str
    method: str
    final: GroupingReport
    """After declared merges: what is on the screen in the end."""
    applied: GroupingReport
    """As each report was first told."""
    cpu: Seconds


def scored(stream: Labelled, method: str, answer: Answer) -> Score:
    truth = stream.truth
    final = evaluate(truth, answer.final)
    is_same = list(answer.applied) == list(answer.final)
    applied = final if is_same else evaluate(truth, answer.applied)
    return Score(stream.name, method, final, applied, answer.cpu)


@dataclass(frozen=True, slots=True)
class Bar:
    """The least that a figure must be, and what we aim at; `worst` is the least in each stream."""

    least: float | None = None
    aim: float | None = None
    worst: float | None = None
    worst_aim: float | None = None
    is_most: bool = False
    """Less is better."""

    def holds(self, value: float, least: float | None) -> bool:
        if least is None:
            return True
        return value <= least + 1e-9 if self.is_most else value >= least - 1e-9

    def ok(self, values: Sequence[float]) -> bool | None:
        if self.least is None and self.worst is None:
            return None
        return self.holds(fmean(values), self.least) and self.holds(self.of(values), self.worst)

    def of(self, values: Sequence[float]) -> float:
        """Return the worst of the values."""
        return max(values) if self.is_most else min(values)


def row(what: str, values: Sequence[float], bar: Bar, shown: Callable[[float], str]) -> Row:
    """Return mean and worst of the streams' figures beside what is asked."""
    measured = shown(fmean(values))
    if len(values) > 1:
        measured += f" ({shown(bar.of(values))})"
    return Row(
        what, measured, _asked(bar.least, bar.worst), _asked(bar.aim, bar.worst_aim),
        bar.ok(values),
    )  # fmt: skip


def _asked(mean: float | None, worst: float | None) -> str:
    words = [f"{mean:g}"] if mean is not None else []
    words += [f"({worst:g})"] if worst is not None else []
    return " ".join(words)


def grouping_rows(scores: Sequence[Score], bars: dict[str, Bar]) -> list[Row]:
    """Return the figures of one regime: mean over its streams, the worst in brackets."""
    rows = [
        row(what, [figure(s.final) for s in scores], bars.get(what, Bar(is_most=most)), shown)
        for what, (figure, shown, most) in FIGURES.items()
    ]
    applied = [s.applied.f1_tol for s in scores]
    rows.insert(1, row("F1tol as applied, before merges", applied, bars["F1tol"], _share))
    return rows


def _share(value: float) -> str:
    return f"{value:.3f}"


def _count(value: float) -> str:
    return f"{value:g}" if value == round(value) else f"{value:.1f}"


FIGURES: dict[str, tuple[Callable[[GroupingReport], float], Callable[[float], str], bool]] = {
    "F1tol": (lambda g: g.f1_tol, _share, False),
    "U": (lambda g: g.u, _share, False),
    "buried": (lambda g: g.buried, _share, True),
    "hidden_major, campaigns": (lambda g: g.hidden_major_campaigns, _count, True),
    "hidden_major, steps": (lambda g: g.hidden_major_steps, _count, True),
    "noise tickets a day": (lambda g: g.noise_tickets_per_day, _count, True),
    "unassigned": (lambda g: g.unassigned, _count, True),
    "longest span, hours": (lambda g: g.longest_span / 3600, _count, True),
    "ARI of steps": (lambda g: g.ari, _share, False),
}
"""What is shown: the figure, how it is written, and whether less is better."""

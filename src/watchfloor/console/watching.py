"""Compared days as the page says them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec

from watchfloor.aiops.rehearsal.figures import Load
from watchfloor.aiops.types import Seconds
from watchfloor.console import comparing, words
from watchfloor.noc.rehearsal.models import Rehearsal
from watchfloor.noc.watching import calendar
from watchfloor.noc.watching.comparing import compare
from watchfloor.noc.watching.figures import Example, Figures
from watchfloor.noc.watching.models import Watch, WatchedDay


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a day's rehearsal came to; nothing of it while it is under way."""

    id: UUID
    state: str
    figures: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """One day of one watch. `is_so_far`: it is not over."""

    watch: Watch
    date: date
    starts_at: datetime
    ends_at: datetime
    figures: Figures
    is_so_far: bool = False
    rehearsed: Rehearsed | None = None

    @property
    def earlier_share(self) -> str:
        figures = self.figures
        return f"{figures.earlier / figures.compared:.0%}" if figures.compared else "\N{EN DASH}"

    @property
    def usual_lead(self) -> str:
        lead = self.figures.usual_lead
        if lead is None:
            return ""
        return f"{_span(abs(lead))} {'earlier' if lead > 0 else 'later'}"

    @property
    def missed(self) -> int:
        return self.figures.hidden + self.figures.unknown

    @property
    def hidden_by(self) -> list[str]:
        counts = sorted(self.figures.hidden_by.items(), key=lambda one: -one[1])
        return [f"{_reason(reason)} ({number})" for reason, number in counts]

    @property
    def loads(self) -> Sequence[tuple[str, str, str]]:
        """Return name, theirs and ours of each figure of load."""
        theirs, ours = self.figures.theirs, self.figures.ours
        return [
            (
                "Shown",
                f"{self.figures.opened:,}" if theirs else "\N{EN DASH}",
                f"{self.figures.incidents:,}",
            ),
            ("Each operator, in 10 min", *_both(theirs, ours, lambda one: f"{one.mean:.2f}")),
            ("Busiest 10 min", *_both(theirs, ours, lambda one: f"{one.worst:.1f}")),
            ("Over 1, of the time", *_both(theirs, ours, lambda one: f"{one.over_accepted:.0%}")),
            ("Flood, of the time", *_both(theirs, ours, lambda one: f"{one.floods:.0%}")),
        ]

    @property
    def examples(self) -> Iterable[tuple[str, str, Sequence[tuple[Example, str]]]]:
        """Yield heading, what it means, and the examples with a remark for each."""
        found = self.figures
        yield (
            "Missed: they took it for real, we kept it quiet",
            "The first to look at before anything is relied on.",
            [(one, _reason(one.reason)) for one in found.examples_hidden],
        )
        yield (
            "We showed it, they did nothing",
            "Noise of ours, or something they overlooked.",
            [(one, "never touched") for one in found.examples_never],
        )
        yield (
            "Found later than they acknowledged",
            "Our incident began after an operator had already acknowledged.",
            [(one, f"{_span(-one.earlier)} later") for one in found.examples_later],
        )
        yield (
            "Found earlier",
            "From when we showed it to when an operator acknowledged it.",
            [(one, f"{_span(one.earlier)} earlier") for one in found.examples_earlier],
        )


def shown(row: WatchedDay, rehearsal: Rehearsal | None = None) -> Shown:
    return Shown(
        row.watch,
        row.date,
        row.starts_at,
        row.ends_at,
        msgspec.convert(row.figures, Figures),
        rehearsed=rehearsed(rehearsal) if rehearsal else None,
    )


def rehearsed(row: Rehearsal) -> Rehearsed:
    if row.result is None:
        return Rehearsed(row.pk, row.state)
    outcome = comparing.read(row.result)
    side = outcome.current
    figures = [
        ("Reports", f"{outcome.reports:,}"),
        ("Plain de-duplication would have shown", f"{outcome.deduped:,}"),
        ("Incidents", f"{side.figures.incidents:,}"),
        ("Cut", f"{side.figures.cut:.1%}"),
        ("Each operator, in 10 min", f"{side.figures.load.mean:.2f}"),
    ]
    if side.told is not None:
        figures.append(("F1 against what operators said", f"{side.told.f1:.2f}"))
    return Rehearsed(row.pk, row.state, figures)


def so_far(watch: Watch, now: datetime) -> Shown | None:
    """Compare the day that is under way; None where the watch is over."""
    if watch.ended_at is not None:
        return None
    *_, today = calendar.days(watch, now)
    figures = compare(watch, today.starts_at, now)
    return Shown(watch, today.date, today.starts_at, now, figures, is_so_far=True)


def _both(theirs: Load | None, ours: Load, spell: Callable[[Load], str]) -> tuple[str, str]:
    return (spell(theirs) if theirs else "\N{EN DASH}", spell(ours))


def _span(seconds: Seconds) -> str:
    """Return the length in whole minutes, where it is one of minutes."""
    return comparing.span(round(seconds / 60) * 60 if seconds >= 120 else round(seconds))


def _reason(reason: str) -> str:
    return words.suppression(reason) if reason else "not listed"

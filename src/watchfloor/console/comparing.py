"""A rehearsal's result as a page tells it: both sides in a row, and which way is better."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from watchfloor.aiops import titles
from watchfloor.aiops.configuration import Setting
from watchfloor.aiops.rehearsal.outcome import Decision, Difference, Outcome, SideOutcome
from watchfloor.console import words
from watchfloor.console.chart import Chart
from watchfloor.console.explaining import sentence

_MORE_IS_BETTER, _LESS_IS_BETTER, _NEITHER = 1, -1, 0


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of both sides. `tone` is good, bad or nothing for the candidate."""

    name: str
    help: str
    current: str
    candidate: str
    change: str
    tone: str


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one side put an alert, in a sentence."""

    incident: str
    size: str
    sentence: str
    features: list[tuple[str, float]]
    runner_up: str


@dataclass(frozen=True, slots=True)
class Shown:
    kind: str
    at: datetime
    severity: int
    title: str
    message: str
    current: Placed
    candidate: Placed


@dataclass(frozen=True, slots=True)
class Changed:
    name: str
    shipped: str
    value: str


def read(result: Mapping[str, Any]) -> Outcome:
    return msgspec.convert(result, Outcome)


def rows(outcome: Outcome) -> list[Row]:
    """Return the figures beside each other, what matters most first."""
    return [_row(outcome, *figure) for figure in _FIGURES] + list(_told(outcome))


def charts(outcome: Outcome) -> dict[str, Chart]:
    """Return the incidents of each day, the day with the most of both sides as high as can be."""
    sides = {"now": outcome.current.per_day, "candidate": outcome.candidate.per_day}
    full = max(max(days, default=0) for days in sides.values()) or 1
    return {name: _chart(name, days, full) for name, days in sides.items()}


def _chart(side: str, days: Sequence[int], full: int) -> Chart:
    counted = enumerate([(0, count)] for count in days)
    said = f"Incidents of each day, {side}: at most {max(days, default=0)}"
    return Chart.of(len(days), counted, full=full, said=said)


def shown(outcome: Outcome) -> list[Shown]:
    return [_shown(one) for one in outcome.differences]


def changed(
    document: Mapping[str, Mapping[str, Any]], known: Mapping[str, Setting]
) -> list[Changed]:
    """Return what a document changes, in words."""
    found = []
    for part in document.values():
        for name, value in part.items():
            setting = known.get(name)
            is_time = setting is not None and setting.unit == "s"
            usual = _amount(setting.shipped, is_time) if setting else ""
            told = _amount(value, is_time) if isinstance(value, (int, float)) else str(value)
            found.append(Changed(words.setting(name), usual, told))
    return found


def span(seconds: float) -> str:
    """Return a length of time: 90 s, 30 min, 6 h, 2.5 days."""
    for unit, size, least in (("days", 86_400, 172_800), ("h", 3600, 7200), ("min", 60, 120)):
        if seconds >= least:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


def _amount(value: float, is_time: bool) -> str:
    return span(value) if is_time else f"{value:g}"


_Figure = tuple[str, str, Callable[[SideOutcome], float], Callable[[float], str], int]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


def _share(value: float) -> str:
    return f"{value * 100:.1f} %"


_FIGURES: tuple[_Figure, ...] = (
    ("Incidents", "what people would have been told of", lambda s: s.figures.incidents, _number,
     _LESS_IS_BETTER),
    ("Tickets a day", "incidents a day", lambda s: s.figures.incidents_per_day, _number,
     _LESS_IS_BETTER),
    ("Cut over plain de-duplication", "higher saves more", lambda s: s.figures.cut, _share,
     _MORE_IS_BETTER),
    ("Load", "new incidents for each operator in 10 minutes; 1 is accepted",
     lambda s: s.figures.load.mean, _number, _LESS_IS_BETTER),
    ("Busiest 10 minutes", "for each operator", lambda s: s.figures.load.worst, _number,
     _LESS_IS_BETTER),
    ("Time above the accepted load", "share of all 10 minutes",
     lambda s: s.figures.load.over_accepted, _share, _LESS_IS_BETTER),
    ("Late", "opened over 5 minutes after the other side saw them begin", lambda s: s.late,
     _number, _LESS_IS_BETTER),
    ("Longest delay", "of those", lambda s: s.late_longest, span, _LESS_IS_BETTER),
    ("Swallowed", "incidents of the other side that begin none here", lambda s: s.swallowed,
     _number, _LESS_IS_BETTER),
    ("Largest", "reports in the largest incident", lambda s: s.figures.largest, _number, _NEITHER),
    ("Clusters", "suppressed ones included", lambda s: s.figures.clusters, _number, _NEITHER),
)  # fmt: skip


def _row(
    outcome: Outcome,
    name: str,
    help_: str,
    value: Callable[[SideOutcome], float],
    form: Callable[[float], str],
    better: int,
) -> Row:
    one, two = value(outcome.current), value(outcome.candidate)
    change = two - one
    if abs(change) < 1e-9:
        return Row(name, help_, form(one), form(two), "same", "")
    sign = "+" if change > 0 else "\N{MINUS SIGN}"
    tone = "" if not better else ("good" if change * better > 0 else "bad")
    return Row(name, help_, form(one), form(two), f"{sign}{form(abs(change))}", tone)


def _told(outcome: Outcome) -> Iterator[Row]:
    one, two = outcome.current.told, outcome.candidate.told
    if one is None or two is None:
        return
    help_ = f"agreement with what operators said of {outcome.labelled} alerts"
    yield _against("F1 against operators", help_, one.f1, two.f1, _MORE_IS_BETTER)
    help_ = "incidents with alerts that operators keep apart"
    yield _against("Over-merged", help_, one.over_merged, two.over_merged, _LESS_IS_BETTER)


def _against(name: str, help_: str, one: float, two: float, better: int) -> Row:
    change = two - one
    tone = "" if not change else ("good" if change * better > 0 else "bad")
    said = f"{change:+.3g}".replace("-", "\N{MINUS SIGN}") if change else "same"
    return Row(name, help_, f"{one:.3g}", f"{two:.3g}", said, tone)


def _shown(one: Difference) -> Shown:
    thing = one.thing if one.thing != one.site else ""
    return Shown(
        kind=one.kind,
        at=datetime.fromtimestamp(one.at, UTC),
        severity=one.severity,
        title=titles.of_one(one.alert_type, "", thing=thing, place=one.site),
        message=one.message,
        current=_placed(one.current),
        candidate=_placed(one.candidate),
    )


def _placed(decision: Decision) -> Placed:
    said = sentence(
        decision.features,
        score=decision.score,
        threshold=decision.threshold,
        opened=decision.opened,
    )
    near = ""
    if decision.runner_up:
        near = f"Nearest other: {decision.runner_up}, with {decision.runner_up_score:.2f}."
    return Placed(
        incident=decision.incident,
        size=f"{_counted(decision.alerts, 'alert')}, {_counted(decision.reports, 'report')}",
        sentence=said,
        features=_features(decision.features),
        runner_up=near,
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"


def _features(features: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    return [(words.feature(name), weight) for name, weight in features[:4]]

"""The page of a backtest as plain values: all that is counted or chosen, nothing that is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from watchfloor.aiops.rehearsal.figures import DAY, Load, days, load
from watchfloor.aiops.rehearsal.side import Side, Tally, tallies_of
from watchfloor.aiops.types import Seconds
from watchfloor.cli.page.examples import Example, examples
from watchfloor.cli.page.got import Got

LISTED = 8
BIGGEST = 12
_MOST_BARS = 200
_STEPS: tuple[Seconds, ...] = (600, 3600, 3 * 3600, 6 * 3600, DAY, 7 * DAY, 30 * DAY)


@dataclass(frozen=True, slots=True)
class Ranked:
    """One of the loudest: `share` is of all reports."""

    name: str
    where: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class View:
    """One way of looking at the same reports."""

    name: str
    note: str
    count: int
    per_day: float
    load: Load
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """Counts in steps of equal length, with a name for each."""

    counts: list[int]
    names: list[str]

    @property
    def most(self) -> int:
        return max(self.counts, default=0)


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    columns: Mapping[str, str]
    skipped: int
    start: datetime
    end: datetime
    days: float
    operators: int
    reports: int
    incidents: int
    kept_back: int
    cut: float
    """Over plain de-duplication."""
    cut_raw: float
    step: str
    reports_over_time: Strip
    incidents_over_time: Strip
    by_hour: Strip
    kinds: list[Ranked]
    things: list[Ranked]
    views: list[View]
    examples: list[Example]
    biggest: list[Tally]
    document: Mapping[str, Any]


def page_of(
    *,
    name: str,
    columns: Mapping[str, str],
    skipped: int,
    sides: Sequence[tuple[Side, Got]],
    document: Mapping[str, Any],
    operators: int,
) -> Page:
    """Return the page of what one configuration made of a file's reports, tenant by tenant."""
    times = [at for _, got in sides for at in got.times]
    deduped = [at for _, got in sides for at in got.deduped]
    tallies = tallies_of(side for side, _ in sides)
    shown = [one for one in tallies if one.is_shown]
    start, end = min(times), max(times) + 1.0
    step = _step(start, end)
    told = [one.shown_at for one in shown]
    return Page(
        name=name,
        columns=columns,
        skipped=skipped,
        start=_moment(start),
        end=_moment(end),
        days=days(start, end),
        operators=operators,
        reports=len(times),
        incidents=len(shown),
        kept_back=len(tallies) - len(shown),
        cut=1.0 - len(shown) / len(deduped) if deduped else 0.0,
        cut_raw=1.0 - len(shown) / len(times),
        step=_spoken(step),
        reports_over_time=_strip(times, start, end, step),
        incidents_over_time=_strip(told, start, end, step),
        by_hour=_hours(times, days(start, end)),
        kinds=_kinds(sides, len(times)),
        things=_things(sides, len(times)),
        views=_views(times, deduped, told, start, end, operators),
        examples=examples([side for side, _ in sides]),
        biggest=sorted(shown, key=lambda one: -one.reports)[:BIGGEST],
        document=document,
    )


def _views(
    times: Sequence[Seconds],
    deduped: Sequence[Seconds],
    told: Sequence[Seconds],
    start: Seconds,
    end: Seconds,
    operators: int,
) -> list[View]:
    def view(name: str, note: str, found: Sequence[Seconds], *, is_ours: bool = False) -> View:
        per_day = len(found) / days(start, end)
        burden = load(found, start, end, operators)
        return View(name, note, len(found), per_day, burden, is_ours)

    return [
        view("As they came", "every report is a line on the screen", times),
        view("De-duplicated", "the same alert counts once in half an hour", deduped),
        view("Grouped", "one incident for what belongs together", told, is_ours=True),
    ]


def _kinds(sides: Iterable[tuple[Side, Got]], total: int) -> list[Ranked]:
    counts: Counter[str] = Counter()
    for _, got in sides:
        counts.update(got.kinds)
    return [Ranked(name, "", n, n / total) for name, n in counts.most_common(LISTED)]


def _things(sides: Iterable[tuple[Side, Got]], total: int) -> list[Ranked]:
    counts: Counter[tuple[str, str]] = Counter()
    for _, got in sides:
        counts.update(got.things)
    return [
        Ranked(thing.removeprefix(":") or "unnamed", site if site != thing else "", n, n / total)
        for (thing, site), n in counts.most_common(LISTED)
    ]


def _step(start: Seconds, end: Seconds) -> Seconds:
    fitting = (step for step in _STEPS if (end - start) / step <= _MOST_BARS)
    return next(fitting, _STEPS[-1])


def _spoken(step: Seconds) -> str:
    if step < 3600:
        return f"{step / 60:.0f} minutes"
    if step < DAY:
        return "hour" if step == 3600 else f"{step / 3600:.0f} hours"
    return "day" if step == DAY else f"{step / DAY:.0f} days"


def _strip(times: Iterable[Seconds], start: Seconds, end: Seconds, step: Seconds) -> Strip:
    first = int(start // step)
    counts = [0] * (int(end // step) - first + 1)
    for at in times:
        place = int(at // step) - first
        if 0 <= place < len(counts):
            counts[place] += 1
    pattern = "%-d %b" if step >= DAY else "%-d %b %H:%M"
    names = [_moment((first + place) * step).strftime(pattern) for place in range(len(counts))]
    return Strip(counts, names)


def _hours(times: Iterable[Seconds], length: float) -> Strip:
    counts = [0] * 24
    for at in times:
        counts[int(at // 3600) % 24] += 1
    return Strip([round(n / max(length, 1.0)) for n in counts], [f"{h:02}" for h in range(24)])


def _moment(at: Seconds) -> datetime:
    return datetime.fromtimestamp(at, UTC)

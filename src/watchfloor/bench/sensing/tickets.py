"""Tickets past their time: those of recorded months, and made ones over summer time and holidays.

Made tickets are judged beside a clock that knows nothing but the minute hand: it asks of each
minute whether somebody is in the office, and counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from watchfloor.aiops.alerts.reading import parse_timestamp
from watchfloor.aiops.calendars import clock, hours
from watchfloor.aiops.calendars.business import Calendar
from watchfloor.aiops.calendars.clock import Step
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.facts.ticket import TicketFacts
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.types import Seconds
from watchfloor.bench.results import Row
from watchfloor.bench.sensing.part import Part, Tell
from watchfloor.bench.sensing.replay import replay
from watchfloor.bench.sensing.runs import Run, runs

MINUTE = 60.0
MADE = 400
CHANGES = (date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 24), date(2026, 10, 25))
ZONES = ("America/New_York", "Europe/London", "Africa/Cairo", "Asia/Kolkata")
HOURS = ("", "Mon-Fri 09:00-18:00", "Sun-Thu 08:30-17:15; Sat 09:00-12:00", "22:00-06:00")
_TIMES = dict[str, Seconds]


@dataclass(frozen=True, slots=True)
class Found:
    """Of one run: which tickets were told when, and which should have been."""

    name: str
    told: _TIMES
    truth: _TIMES

    @property
    def exact(self) -> int:
        return sum(abs(self.told.get(code, 0.0) - at) < MINUTE for code, at in self.truth.items())

    @property
    def false(self) -> int:
        return len(self.told.keys() - self.truth.keys())

    @property
    def furthest(self) -> float:
        """Return the most seconds between told and true."""
        both = self.told.keys() & self.truth.keys()
        return max((abs(self.told[code] - self.truth[code]) for code in both), default=0.0)


def measure(data: Path, tell: Tell) -> Part:
    found = [of_run(run) for run in runs(data)]
    for one in found:
        tell(f"{one.name}: {one.exact} of {len(one.truth)} tickets exact, {one.false} false")
    made = _made_row(agreed_on_made(MADE, seed=1), MADE)
    return Part("tickets past their time", [*rows_of(found), made])


def of_run(run: Run) -> Found:
    """Score a run by its own truth. Its senders name their targets; it has no business hours."""
    events = list(run.events("tickets"))
    until = max(timed.at for timed in events)
    told = replay(TicketFacts, events, until, Directory(Limits.of([])))
    breached = [one for one in told if one.code == "SLA_BREACH" and one.is_firing]
    truth = {row["ticket"]: parse_timestamp(row["ts"]) or 0.0 for row in run.truth("sla_breaches")}
    return Found(run.name, {one.subject: one.at for one in breached}, truth)


def agreed_on_made(count: int, seed: int) -> int:
    """Return for how many of the made tickets both clocks say the same minute."""
    rng = Random(seed)  # noqa: S311
    agreed = 0
    for _ in range(count):
        calendar, steps, minutes = _calendar(rng), _steps(rng), rng.randrange(30, 40 * 60)
        told = clock.passes(steps, minutes * MINUTE, calendar)
        agreed += told == _counted(steps, minutes, calendar)
    return agreed


def _calendar(rng: Random) -> Calendar:
    holidays = frozenset(day for day in CHANGES if rng.random() < 0.3)
    return Calendar(rng.choice(HOURS), rng.choice(ZONES), holidays)


def _steps(rng: Random) -> list[Step]:
    """Return a ticket's life around a change of the clocks, in whole minutes."""
    noon = datetime.combine(rng.choice(CHANGES), datetime.min.time(), ZoneInfo("UTC"))
    at, steps = noon.timestamp() - rng.randrange(3 * 24 * 60) * MINUTE, []
    for state in ("NEW", *rng.choices(["OPEN", "ON_HOLD", "RESOLVED"], k=rng.randrange(5))):
        steps.append(Step(at, state))
        at += rng.randrange(1, 36 * 60) * MINUTE
    return steps


def _counted(steps: Sequence[Step], minutes: int, calendar: Calendar) -> Seconds | None:
    """Return the minute at which the last of the minutes is over, by counting each."""
    left = minutes
    for at in _worked(steps):
        left -= _is_open(at, calendar)
        if not left:
            return at + MINUTE if at + MINUTE < _stops(steps, at) else None
    return None


def _worked(steps: Sequence[Step]) -> Iterator[Seconds]:
    for start, end in clock.running(steps):
        at = start
        while at < min(end, start + 60 * 86_400):
            yield at
            at += MINUTE


def _stops(steps: Sequence[Step], at: Seconds) -> Seconds:
    return next(end for start, end in clock.running(steps) if start <= at < end)


def _is_open(at: Seconds, calendar: Calendar) -> bool:
    local = datetime.fromtimestamp(at, ZoneInfo(calendar.zone))
    return hours.covers(calendar.hours, local) and local.date() not in calendar.holidays


def rows_of(found: Sequence[Found]) -> list[Row]:
    return [
        Row(
            f"{one.name}: tickets past their time told to the minute",
            f"{one.exact} of {len(one.truth)}, {one.false} more, {one.furthest:g} s off at most",
            "all, none more", "all, none more",
            one.exact == len(one.truth) and not one.false,
        )
        for one in found
    ]  # fmt: skip


def _made_row(agreed: int, made: int) -> Row:
    what = "made tickets on hold and reopened, over summer time and holidays, to the minute"
    return Row(what, f"{agreed} of {made}", "all", "all", agreed == made)

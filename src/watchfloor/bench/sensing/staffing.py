"""Posts that lack people, told from rosters, leave and punches, beside those that truly did.

The truth knows absences alone. Somebody who comes an hour late leaves a post as short as long; at
the moment of the alarm nothing tells the two apart, and the rows say how often it was which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from watchfloor.aiops.alerts.reading import parse_timestamp
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.engine import Timed
from watchfloor.aiops.operation.events import LeaveNotice, Punch, Relief, RosterPublished
from watchfloor.aiops.operation.facts.shift import ShiftFacts
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.operation.rostered import Stand, placed
from watchfloor.aiops.operation.rules.catalogue import LIMITS
from watchfloor.aiops.operation.standins import Needed, on_no_roster, reliefs
from watchfloor.aiops.types import Seconds
from watchfloor.bench.results import Row
from watchfloor.bench.sensing.part import Part, Tell
from watchfloor.bench.sensing.replay import replay
from watchfloor.bench.sensing.runs import Run, runs

WITHIN: Seconds = 10 * 60
_NOBODY_SET_ANYTHING = Directory(Limits.of(LIMITS.values()))
RECALL, RECALL_AIM = 0.95, 0.99
PRECISION, PRECISION_AIM = 0.9, 0.95


@dataclass(frozen=True)
class Scored:
    """One run, by shift: when it was told first, when it truly lacked people, who was there."""

    name: str
    told: Mapping[str, Seconds]
    truth: Mapping[str, Seconds]
    rosters: Mapping[str, RosterPublished]
    came: Mapping[str, Sequence[Seconds]]

    @property
    def recall(self) -> float:
        """Of true gaps, those told within ten minutes of the start of the shift."""
        found = sum(
            code in self.told and self.told[code] <= start + WITHIN
            for code, start in self.truth.items()
        )
        return found / len(self.truth)

    @property
    def precision(self) -> float:
        return sum(code in self.truth for code in self.told) / len(self.told)

    @property
    def short(self) -> float:
        """Of all that was told, shifts that lacked people at that moment by their punches."""
        lacking = sum(
            sum(at <= told for at in self.came.get(code, ())) < self.rosters[code].required
            for code, told in self.told.items()
        )
        return lacking / len(self.told)

    def late(self, minutes: float) -> float:
        """Of what was told and is no absence: shifts still short so many minutes later."""
        others = {code: at for code, at in self.told.items() if code not in self.truth}
        still = sum(
            sum(at <= told + 60 * minutes for at in self.came.get(code, ()))
            < self.rosters[code].required
            for code, told in others.items()
        )
        return still / len(others) if others else 0.0


def measure(data: Path, tell: Tell) -> Part:
    rows: list[Row] = []
    for run in runs(data):
        found, unnamed = of_run(run), of_run(run, names_shifts=False)
        for one in (found, unnamed):
            tell(f"{one.name}: recall {one.recall:.3f}, precision {one.precision:.3f}")
        rows += [*rows_of(found), *rows_of_unnamed(unnamed), relieved(run)]
    return Part("posts that lack people", rows, [_NOTE])


_NOTE = (
    "Ten minutes after its start a shift that somebody is late for and one that somebody stays away"
    " from look alike, and a third of those told turn out to be the former: what is told is true of"
    " the moment, and no rule that tells within ten minutes can know the rest."
)


def of_run(run: Run, *, names_shifts: bool = True) -> Scored:
    """Score what the rules tell of a run's rosters and punches, as they are or without shifts."""
    events = sorted([*run.events("roster"), *run.events("attendance")], key=lambda one: one.at)
    heard, until = events if names_shifts else _found_again(events), events[-1].at
    told: dict[str, Seconds] = {}
    for one in replay(ShiftFacts, heard, until, _NOBODY_SET_ANYTHING):
        if one.code == "ATTENDANCE_MISSING" and one.is_firing:
            told.setdefault(one.subject, one.at)
    return scored(run, events, told)


def _found_again(events: Sequence[Timed]) -> list[Timed]:
    """Let each punch forget its shift, and be of the one that its person is rostered for."""
    stands: defaultdict[str, list[Stand]] = defaultdict(list)
    for _, event in events:
        if isinstance(event, RosterPublished):
            for person in event.people:
                hours = (float(event.start), float(event.end))
                stands[person].append(Stand(event.shift, event.site, *hours))
    punches = [
        msgspec.structs.replace(event, shift="") for _, event in events if isinstance(event, Punch)
    ]
    others = [one for one in events if not isinstance(one.event, Punch)]
    found = placed(punches, stands)
    relief = reliefs(_needed(others, found), on_no_roster(found, stands), _NOBODY_SET_ANYTHING)
    heard = [Timed(float(one.ts), one) for one in (*found, *relief)]
    return sorted([*others, *heard], key=lambda one: one.at)


def relieved(run: Run) -> Row:
    """Say whether relief on no roster is put where it was, had its punches named it."""
    events = [*run.events("roster"), *run.events("attendance")]
    named = {(one.ts, one.person): one.shift for _, one in events if isinstance(one, Punch)}
    heard = [one for _, one in _found_again(events)]
    found = [one for one in heard if isinstance(one, Relief) and one.is_there]
    came = [
        one for one in heard
        if isinstance(one, Punch) and one.kind == "check_in" and not one.shift
    ]  # fmt: skip
    right = sum(named[one.ts, one.person] == one.shift for one in found)
    return Row(
        f"{run.name}, punches that name no shift: of {len(came)} check-ins of people on no roster,"
        " those taken for relief; for that of the shift they came to",
        f"{len(found)}; {right}",
    )


def _needed(published: Iterable[Timed], punches: Iterable[Punch]) -> list[Needed]:
    """Return the shifts as they were published last, with leave and who came."""
    rosters = {one.shift: one for _, one in published if isinstance(one, RosterPublished)}
    leave: defaultdict[str, dict[str, Seconds]] = defaultdict(dict)
    came: defaultdict[str, dict[str, Seconds]] = defaultdict(dict)
    for _, one in published:
        if isinstance(one, LeaveNotice):
            leave[one.shift][one.person] = float(one.ts)
    for punch in punches:
        if punch.kind == "check_in":
            came[punch.shift].setdefault(punch.person, float(punch.ts))
    return [
        Needed(
            code, one.site, float(one.start), float(one.end), one.required,
            {person: leave[code].get(person) for person in one.people}, came[code],
        )
        for code, one in rosters.items()
    ]  # fmt: skip


def scored(run: Run, events: Iterable[Timed], told: Mapping[str, Seconds]) -> Scored:
    rosters: dict[str, RosterPublished] = {}
    came: defaultdict[str, list[Seconds]] = defaultdict(list)
    for _, event in events:
        if isinstance(event, RosterPublished):
            rosters[event.shift] = event
        elif isinstance(event, Punch) and event.kind == "check_in":
            came[event.shift].append(float(event.ts))
    truth = {
        row["shift"]: parse_timestamp(row["start"]) or 0.0 for row in run.truth("staffing_gaps")
    }
    return Scored(run.name, told, truth, rosters, came)


def rows_of(one: Scored) -> list[Row]:
    return [
        Row(f"{one.name}: gaps told within ten minutes of the shift's start, of {len(one.truth)}",
            f"{one.recall:.3f}", f"{RECALL}", f"{RECALL_AIM}", one.recall >= RECALL),
        Row(f"{one.name}: of {len(one.told)} told, absences by the truth",
            f"{one.precision:.3f}", f"{PRECISION}", f"{PRECISION_AIM}", one.precision >= PRECISION),
        Row(f"{one.name}: of those told, short of people when it was told", f"{one.short:.3f}"),
        Row(f"{one.name}: of those that were no absences, still short 10 and 30 minutes later",
            f"{one.late(10):.2f}, {one.late(30):.2f}"),
    ]  # fmt: skip


def rows_of_unnamed(one: Scored) -> list[Row]:
    """Say how it is where terminals know no shifts, and relief is rostered nowhere."""
    return [
        Row(f"{one.name}, punches that name no shift: gaps told within ten minutes",
            f"{one.recall:.3f}", f"{RECALL}", f"{RECALL_AIM}", one.recall >= RECALL),
        Row(f"{one.name}, punches that name no shift: of {len(one.told)} told, absences;"
            " short of people when it was told", f"{one.precision:.3f}; {one.short:.3f}"),
    ]  # fmt: skip

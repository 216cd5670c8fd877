"""What was seen of a site up to a moment: all that patterns and checks go by.

Counts are of the hour before the moment, unless they say otherwise. Everybody at the site is in
it: no one person stands for the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from zoneinfo import ZoneInfo

from watchfloor.aiops.calendars.periods import Every
from watchfloor.aiops.operation.wording import part_of_day, short
from watchfloor.aiops.titles import placed
from watchfloor.aiops.types import Seconds, Severity

HOUR = 3600.0
MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Signs:
    """How often somebody, or somebody at a site, gave a sign of each kind."""

    phone_events: int = 0
    location_updates: int = 0
    tasks_completed: int = 0
    tour_checkpoints: int = 0

    def __add__(self, other: Signs) -> Signs:
        return Signs(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Signs)))

    @property
    def total(self) -> int:
        return sum(getattr(self, one.name) for one in fields(Signs))

    @property
    def work(self) -> int:
        """Return the signs that take work: tasks and checkpoints."""
        return self.tasks_completed + self.tour_checkpoints

    def of(self, name: str) -> int:
        """Return the count of a signal by its name. Raises: KeyError."""
        if name not in SIGNALS:
            raise KeyError(name)
        return int(getattr(self, name))


SIGNALS = tuple(one.name for one in fields(Signs))


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """One person at the site. `on_post_since` is None for who has not checked in.

    `signs` are of the hour, `signs_earlier` of the hour before it. `without_site` of those of the
    hour named no site and count at this one, home of the person, who may be anywhere.
    """

    person: str
    on_post_since: Seconds | None = None
    is_rostered: bool = True
    signs: Signs = Signs()
    signs_earlier: Signs = Signs()
    last_sign_at: Seconds | None = None
    without_site: int = 0


@dataclass(frozen=True, slots=True)
class ShiftSeen:
    """A shift that runs, ran within the last hour or begins within the next."""

    shift: str
    start: Seconds
    end: Seconds
    required: int
    expected: int
    """People rostered who did not say that they will not come."""
    present: int = 0


@dataclass(frozen=True, slots=True)
class TourSeen:
    """A tour that is planned, walked or was finished lately."""

    tour: str
    name: str = ""
    """Of its route."""
    person: str = ""
    end: Seconds | None = None
    started_at: Seconds | None = None
    last_scan_at: Seconds | None = None
    finished_at: Seconds | None = None
    planned: int = 0
    scanned: int = 0
    is_mandatory: bool = True


@dataclass(frozen=True, slots=True)
class TicketSeen:
    """An open ticket. `level` counts its escalations; `moved_at` is when anything last changed."""

    ticket: str
    opened_at: Seconds
    moved_at: Seconds
    severity: Severity = Severity.MEDIUM
    is_assigned: bool = False
    level: int = 0
    is_overdue: bool = False
    is_emergency: bool = False
    is_field_support: bool = False


@dataclass(frozen=True, slots=True)
class AlarmSeen:
    """An alert of the site that began within the last two hours."""

    alert_type: str
    at: Seconds
    severity: Severity


@dataclass(frozen=True, slots=True)
class ReportOwed:
    """A report that the site is to hand in: the last day, week or month of which it was due."""

    report: str
    every: Every
    first: str
    last: str
    due_at: Seconds
    is_filed: bool = False
    was_ever_filed: bool = False


@dataclass(frozen=True, slots=True)
class LicenceSeen:
    """A licence of somebody whose home the site is, or who is rostered here beyond its end.

    `last` is the last day on which it holds, `days_left` how far that is: negative once it is
    over. `shift` is the first beyond it that is here, on a post that needs it; empty: none is.
    """

    person: str
    skill: str
    last: str
    days_left: int
    warned_days: float
    """How many days before the end somebody here has to know."""
    shift: str = ""
    shift_starts_at: Seconds | None = None


@dataclass(frozen=True, slots=True)
class SiteObservation:
    """All that was seen of one site. None for a part means that nobody tells of it.

    `covers`: streams from which anything was heard within a week. A stream that never speaks is
    not missed.
    """

    site: str
    at: Seconds
    name: str = ""
    time_zone: str = "UTC"
    covers: frozenset[str] = frozenset(SIGNALS)
    people: tuple[PersonSeen, ...] = ()
    unattributed: Signs = Signs()
    """Signs of the hour that name the site and no person."""
    shifts: tuple[ShiftSeen, ...] = ()
    tours: tuple[TourSeen, ...] = ()
    tickets: tuple[TicketSeen, ...] = ()
    alarms: tuple[AlarmSeen, ...] = ()
    reports: tuple[ReportOwed, ...] = ()
    licences: tuple[LicenceSeen, ...] = ()
    thresholds: Mapping[str, int] = field(default_factory=dict)
    """How many of each critical signal are to come in an hour."""

    @property
    def signs(self) -> Signs:
        return sum((one.signs for one in self.people), self.unattributed)

    @property
    def on_post(self) -> tuple[PersonSeen, ...]:
        return tuple(one for one in self.people if one.on_post_since is not None)

    @property
    def running(self) -> tuple[ShiftSeen, ...]:
        return tuple(one for one in self.shifts if one.start <= self.at < one.end)

    @property
    def called(self) -> str:
        """Return what people call the site; its code where it has no name."""
        return self.name or self.site

    @property
    def local_hour(self) -> int:
        return self._local(self.at).hour

    def shift_called(self, shift: ShiftSeen) -> str:
        """Return "the night shift at Harbour (22:00)": shifts have no names of their own."""
        part = part_of_day(self._local((shift.start + shift.end) / 2))
        begins = short(self._local(shift.start), self._local(self.at))
        return f"the {part} shift at {self.called} ({begins})"

    def tour_called(self, tour: TourSeen) -> str:
        """Return "Night round at Harbour": a tour is called after its route, else by its code."""
        return placed(tour.name or f"Tour {tour.tour}", self.called)

    def _local(self, at: Seconds) -> datetime:
        return datetime.fromtimestamp(at, ZoneInfo(self.time_zone))

    @property
    def is_night(self) -> bool:
        return self.local_hour >= 22 or self.local_hour < 6

"""What happens in the operation being watched, as senders tell it: one struct for each event.

A stream is what one door takes (`/api/v1/events/<stream>`). Things are named by their codes.
Times are ISO 8601 or unix seconds outside, unix seconds inside.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta


class Moment(float):
    """Unix seconds; read from what `alerts.reading.parse_timestamp` takes (see `stored`)."""

    __slots__ = ()


Code: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")]
Text: TypeAlias = Annotated[str, Meta(max_length=1000)]
Word: TypeAlias = Annotated[str, Meta(max_length=100)]
Link: TypeAlias = Annotated[str, Meta(max_length=500)]
Latitude: TypeAlias = Annotated[float, Meta(ge=-90, le=90)]
Longitude: TypeAlias = Annotated[float, Meta(ge=-180, le=180)]
Share: TypeAlias = Annotated[float, Meta(ge=0, le=1)]
Percent: TypeAlias = Annotated[float, Meta(ge=0, le=100)]
Metres: TypeAlias = Annotated[float, Meta(ge=0, le=1e8)]
Amount: TypeAlias = Annotated[float, Meta(ge=0, le=1e9)]
Measure: TypeAlias = Annotated[float, Meta(ge=-1e12, le=1e12)]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=1_000_000)]
Minutes: TypeAlias = Annotated[float, Meta(ge=0, le=10 * 366 * 24 * 60)]
"""Ten years: of a promise that never ends nobody can find the end."""
People: TypeAlias = Annotated[list[Code], Meta(max_length=1000)]


_LONGEST_SPAN = 31 * 86_400.0


def _check_span(start: Moment, end: Moment) -> None:
    """Raises: ValueError for what ends before it starts, or as good as never."""
    if not start <= end <= start + _LONGEST_SPAN:
        raise ValueError("end: is before the start, or over a month after it: send another one")


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`id` is the sender's own: the same id of the same integration is the same event."""

    ts: Moment
    id: Word = ""


PunchKind: TypeAlias = Literal["check_in", "check_out", "break_start", "break_end"]


class Punch(Event, frozen=True):
    """Somebody checks in or out, or begins or ends a break, in which the place is held.

    Distances in metres; scores of biometric checks 0 to 1.
    """

    kind: PunchKind
    site: Code
    person: Code
    shift: Word = ""
    post: Word = ""
    method: Word = ""
    device: Word = ""
    lat: Latitude | None = None
    lon: Longitude | None = None
    accuracy: Metres | None = None
    gps_m: Metres | None = None
    """Distance from the site as the sender measured it."""
    confidence: Share | None = None
    liveness: Share | None = None
    face: Word = ""
    """Which enrolled template was recognised, if the sender tells."""
    mock: bool = False


class RosterPublished(Event, frozen=True, tag_field="kind", tag="roster"):
    """A shift as it is to be staffed; published again, it replaces what was known."""

    shift: Code
    site: Code
    start: Moment
    end: Moment
    required: Annotated[int, Meta(ge=0, le=1000)]
    people: People = []
    post: Word = ""

    def __post_init__(self) -> None:
        _check_span(self.start, self.end)


class LeaveNotice(Event, frozen=True, tag_field="kind", tag="leave_notice"):
    """Somebody will not come to a shift that he stands on."""

    shift: Code
    person: Code
    site: Word = ""
    reason: Text = ""


class Relief(Event, frozen=True):
    """Somebody on no roster fills a place of a shift, or leaves it: `standins` finds it in punches,
    no sender tells it."""

    shift: Code
    person: Code
    is_there: bool
    is_on_break: bool = False


class Beat(Event, frozen=True):
    """A device says that it lives: loss in per cent, round trip in ms, errors since the last."""

    device: Code
    site: Word = ""
    loss: Percent | None = None
    ms: Amount | None = None
    err: Amount | None = None
    bat: Percent | None = None
    signal: Annotated[float, Meta(ge=-150, le=0)] | None = None
    """Strength of reception in dBm."""
    temperature: Measure | None = None
    """Degrees Celsius."""
    sync: Percent | None = None
    """How well a mobile device keeps up with its server, 0 to 100."""
    serial: Word = ""
    address: Word = ""
    firmware: Word = ""


class TicketState(Event, frozen=True):
    """A ticket is in a state now. `sla_minutes` of the sender goes before our policies."""

    ticket: Code
    state: Code
    site: Word = ""
    category: Word = ""
    priority: Annotated[int, Meta(ge=1, le=5)] | Word | None = None
    sla_minutes: Minutes | None = None
    created: Moment | None = None
    title: Text = ""
    assignee: Word = ""
    group: Word = ""
    level: Annotated[int, Meta(ge=0, le=20)] | None = None
    reassign: Count = 0
    queue: Count | None = None
    site_open: Count | None = None


class WorkOrderState(Event, frozen=True):
    """A work order is in a state now; `due` is when it is to be done."""

    work_order: Code
    state: Code
    site: Word = ""
    due: Moment | None = None
    created: Moment | None = None
    category: Word = ""
    priority: Annotated[int, Meta(ge=1, le=5)] | Word | None = None
    title: Text = ""
    asset: Word = ""
    vendor: Word = ""
    assignee: Word = ""


class TourPlanned(Event, frozen=True, tag_field="kind", tag="planned"):
    """A tour is to be walked between `start` and `end`."""

    tour: Code
    site: Code
    start: Moment
    end: Moment
    checkpoints: Annotated[list[Code], Meta(max_length=500)] = []
    route: Word = ""
    person: Word = ""
    mandatory: bool = True

    def __post_init__(self) -> None:
        _check_span(self.start, self.end)


class TourStarted(Event, frozen=True, tag_field="kind", tag="started"):
    tour: Code
    site: Word = ""
    person: Word = ""


class TourScan(Event, frozen=True, tag_field="kind", tag="scan"):
    tour: Code
    checkpoint: Code
    site: Word = ""
    person: Word = ""


class TourFinished(Event, frozen=True, tag_field="kind", tag="finished"):
    tour: Code
    site: Word = ""
    person: Word = ""


class TourCancelled(Event, frozen=True, tag_field="kind", tag="cancelled"):
    tour: Code
    site: Word = ""
    reason: Text = ""


class Fix(Event, frozen=True):
    """Where a person or an asset is, as a device believes; accuracy in metres."""

    lat: Latitude
    lon: Longitude
    person: Word = ""
    asset: Word = ""
    device: Word = ""
    site: Word = ""
    accuracy: Metres | None = None
    mock: bool = False
    network_lat: Latitude | None = None
    network_lon: Longitude | None = None


class Activity(Event, frozen=True):
    """A person does something: uses the phone, finishes a task, moves by so many metres."""

    kind: Literal["phone", "task", "movement"]
    person: Code
    site: Word = ""
    amount: Annotated[float, Meta(ge=0, le=100_000)] = 1.0


class Reading(Event, frozen=True):
    """A sensor says something: MOTION, DOOR, SMOKE, GLASS_BREAK, TEMPERATURE ..."""

    device: Code
    kind: Code
    site: Word = ""
    area: Word = ""
    state: Word = ""
    value: Measure | None = None
    person: Word = ""


class ArmingState(Event, frozen=True):
    """An area of a site is armed, disarmed, or armed in part, from now on."""

    site: Code
    state: Literal["armed", "disarmed", "part_armed"]
    area: Word = ""
    person: Word = ""


class Change(Event, frozen=True):
    """Somebody changed something: roster, configuration, firmware, staff, release, import ..."""

    kind: Code
    text: Text = ""
    site: Word = ""
    device: Word = ""
    client: Word = ""
    person: Word = ""


class ReportFiled(Event, frozen=True):
    """Somebody hands in a report that a site owes; `day` is one of the time that it is about."""

    report: Code
    site: Code
    day: date
    person: Word = ""
    text: Text = ""
    told_by: Word = ""
    """Who handed it in on a page, by the name of their account; `person` is a code."""
    link: Link = ""
    """Where the report itself is kept."""

    def __post_init__(self) -> None:
        if self.link and not self.link.startswith(("https://", "http://")):
            raise ValueError("link: leads nowhere: send one that begins with https://")


STREAMS: dict[str, object] = {
    "attendance": Punch,
    "roster": RosterPublished | LeaveNotice,
    "heartbeats": Beat,
    "tickets": TicketState,
    "work_orders": WorkOrderState,
    "tours": TourPlanned | TourStarted | TourScan | TourFinished | TourCancelled,
    "positions": Fix,
    "activity": Activity,
    "sensors": Reading,
    "arming": ArmingState,
    "changes": Change,
    "filings": ReportFiled,
}
"""What each stream carries, by its name in the address."""

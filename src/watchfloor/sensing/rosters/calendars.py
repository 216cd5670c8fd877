"""Rosters as calendars write them: what Outlook, Google and planning tools export as iCalendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Any

import icalendar
import recurring_ical_events

from watchfloor.platform.errors import Invalid
from watchfloor.platform.importing import RowError
from watchfloor.sensing.rosters.tables import KIND, Roster, Row, people_of

BEFORE = timedelta(days=1)
HORIZON = timedelta(days=92)
"""How far a shift that recurs is written out: a quarter."""
MOST_EVENTS = 20_000
LONGEST_UID = 80
"""What stands behind it must fit into the code of a shift; Outlook's are longer."""
RECURS = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
THINGS = frozenset({"ROOM", "RESOURCE"})
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class _Entry:
    """An event as it stands in the file, counted from 1. A series may have several."""

    number: int
    line: int | None
    """None where the line in which it begins is folded."""
    uid: str
    event: Any

    @property
    def is_of_series(self) -> bool:
        return any(name in self.event for name in ("RRULE", "RDATE", "RECURRENCE-ID"))

    @property
    def where(self) -> str:
        line = f", line {self.line}" if self.line else ""
        return f"event {self.uid[:64]!r}{line}"

    def fault(self, field: str, message: str) -> RowError:
        return RowError(KIND, self.number, field, f"{message} ({self.where})")


def of_calendar(text: str, *, now: datetime) -> Roster:
    """Return the shifts of an iCalendar, those that recur written out from now to the horizon.

    UID is the shift, LOCATION the site, ATTENDEE or SUMMARY the people; X-REQUIRED how many are
    needed, else as many as are named. What is cancelled, or taken out of a series, is a shift for
    which nobody is needed. Raises: Invalid where it is no calendar.
    """
    calendar = _read(text.removeprefix("\N{BYTE ORDER MARK}"))
    entries = list(_entries(calendar, text))
    if faults := [fault for entry in entries for fault in _faults(entry)]:
        return Roster(faults=faults)
    whole = str(calendar.get("METHOD", "")).upper() == "CANCEL"
    first = {entry.uid: entry for entry in reversed(entries)}
    series = {entry.uid for entry in entries if entry.is_of_series}
    rows = []
    for event in _written_out(calendar, now):
        entry = first[str(event["UID"])]
        row = _row(event, entry, in_series=entry.uid in series, is_cancelled=whole)
        rows.append((entry.number, row))
    notes = list(_left_out(entries, {number for number, _ in rows}, now))
    rows += [(entry.number, row) for entry in entries for row in _taken_out(entry, now)]
    return Roster(rows, notes=notes)


def _read(text: str) -> icalendar.Calendar:
    if not text.rstrip().upper().endswith("END:VCALENDAR"):
        raise _no_calendar(ValueError("its last line is not END:VCALENDAR: send all of the file"))
    try:
        return icalendar.Calendar.from_ical(text)
    except _UNREADABLE as error:
        raise _no_calendar(error) from None


def _no_calendar(error: Exception) -> Invalid:
    return Invalid("This is no calendar.", fields={"ical": str(error) or "send RFC 5545"})


def _entries(calendar: icalendar.Calendar, text: str) -> Iterator[_Entry]:
    begins = (
        line
        for line, said in enumerate(text.splitlines(), start=1)
        if said.rstrip().upper() == "BEGIN:VEVENT"
    )
    for number, event in enumerate(calendar.walk("VEVENT"), start=1):
        yield _Entry(number, next(begins, None), str(event.get("UID", "")), event)


def _written_out(calendar: icalendar.Calendar, now: datetime) -> Sequence[Any]:
    try:
        between = recurring_ical_events.of(calendar).between(now - BEFORE, now + HORIZON)
    except _UNREADABLE as error:
        raise _no_calendar(error) from None
    if len(between) > MOST_EVENTS:
        cure = f"it has {len(between)} shifts in {HORIZON.days} days: send at most {MOST_EVENTS}"
        raise Invalid("This calendar is too long.", fields={"ical": cure})
    return sorted(between, key=lambda event: (str(event["UID"]), str(event.start)))


def _faults(entry: _Entry) -> Iterator[RowError]:
    """Yield what is wrong with an event before anything is written out of it."""
    event = entry.event
    if not entry.uid:
        yield entry.fault("UID", "it has no UID, by which it is known when it comes again")
    try:
        start, end = event["DTSTART"].dt, _end(event)
    except _UNREADABLE:
        yield entry.fault("DTSTART", "its start or end cannot be read: write 20261231T220000Z")
        return
    for name in ("DTSTART", "DTEND"):
        zone = event[name].params.get("TZID") if name in event else None
        if zone and isinstance(event[name].dt, datetime) and event[name].dt.tzinfo is None:
            cure = f"nobody knows the zone {str(zone)[:64]!r}: name one such as Europe/Paris"
            yield entry.fault(name, cure)
    if isinstance(start, datetime) != isinstance(end, datetime):
        yield entry.fault("DTEND", "start and end are both days, or both times")
    elif _clock(end) <= _clock(start):
        cure = "it ends before it begins, or has no end: a night ends on the next day"
        yield entry.fault("DTEND", cure)
    yield from _faults_of_series(entry)


def _faults_of_series(entry: _Entry) -> Iterator[RowError]:
    """Yield what is wrong with how an event recurs. An interval of nothing would never end."""
    try:
        for rule in _several(entry.event, "RRULE"):
            frequency, interval = rule.get("FREQ", [""])[0], rule.get("INTERVAL", [1])[0]
            if str(frequency).upper() not in RECURS or interval < 1:
                cure = f"FREQ is to be one of {', '.join(RECURS)}, and INTERVAL 1 or more"
                yield entry.fault("RRULE", cure)
    except _UNREADABLE:
        yield entry.fault("RRULE", "how it recurs cannot be read: write it as RFC 5545 has it")


def _several(event: Any, name: str) -> list[Any]:
    given = event.get(name, [])
    return given if isinstance(given, list) else [given]


def _clock(value: date) -> datetime:
    """Return what can be compared: a time of another zone as UTC, one of the site's as it is."""
    moment = _moment(value)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _row(event: Any, entry: _Entry, *, in_series: bool, is_cancelled: bool) -> Row:
    invited = list(_invited(event))
    people = [person for person, comes in invited if comes]
    if not invited:
        people = people_of(str(event.get("SUMMARY", "")))
    return {
        "shift": _code(entry.uid, event["RECURRENCE-ID"].dt if in_series else None),
        "site": _place(event),
        "start": _moment(event.start),
        "end": _moment(event.end),
        "required": str(event.get("X-REQUIRED", len(invited) or len(people))),
        "people": people,
        "where": entry.where,
        "is_cancelled": is_cancelled or str(event.get("STATUS", "")).upper() == "CANCELLED",
    }


def _taken_out(entry: _Entry, now: datetime) -> Iterator[Row]:
    """Yield the times that are taken out of a series: they may have been published before."""
    event = entry.event
    lasts = _clock(_end(event)) - _clock(event["DTSTART"].dt)
    for one in (one for some in _several(event, "EXDATE") for one in some.dts):
        if _clock(now - BEFORE) <= _clock(one.dt) <= _clock(now + HORIZON):
            yield {
                "shift": _code(entry.uid, one.dt),
                "site": _place(event),
                "start": _moment(one.dt),
                "end": _moment(one.dt) + lasts,
                "people": [],
                "where": entry.where,
                "is_cancelled": True,
            }


def _place(event: Any) -> str:
    return str(event.get("LOCATION", "")).strip()


def _end(event: Any) -> date:
    """Return the end. What has none lasts a day if it begins with one, else no time at all."""
    if "DTEND" in event:
        return event["DTEND"].dt  # type: ignore[no-any-return]
    start = event["DTSTART"].dt
    if "DURATION" in event:
        return start + event["DURATION"].dt  # type: ignore[no-any-return]
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def _code(uid: object, recurs: date | None) -> str:
    """Return a code for each time that a shift recurs: it stays when that time is moved."""
    name = str(uid).partition("@")[0]
    if len(name) > LONGEST_UID:
        name = blake2b(name.encode(), digest_size=16).hexdigest()
    if recurs is None:
        return name
    moment = _moment(recurs)
    told = moment.astimezone(UTC) if moment.tzinfo else moment
    return f"{name}/{told:%Y%m%dT%H%M}"


def _invited(event: Any) -> Iterator[tuple[str, bool]]:
    """Yield who is to stand on a shift, and whether they have not declined.

    Rooms and onlookers are invited, too, and so is whoever plans, where others are.
    """
    people = [
        one
        for one in _several(event, "ATTENDEE")
        if _said(one, "CUTYPE").upper() not in THINGS
        and _said(one, "ROLE").upper() != "NON-PARTICIPANT"
    ]
    planner = _mail(event.get("ORGANIZER", ""))
    for one in people:
        mail, name = _mail(one), _said(one, "CN")
        if mail and (mail != planner or len(people) == 1):
            is_other = name and name.lower() != mail.lower()
            named = f"{name} <{mail}>" if is_other else mail
            yield named, _said(one, "PARTSTAT").upper() != "DECLINED"


def _said(attendee: Any, name: str) -> str:
    return str(attendee.params.get(name, "")).strip()


def _mail(address: object) -> str:
    text = str(address).strip()
    return text[len("mailto:") :] if text.lower().startswith("mailto:") else text


def _left_out(entries: Sequence[_Entry], taken: Set[int], now: datetime) -> Iterator[str]:
    """Say how many events are not taken, or not all of them, and why."""
    begins, until = now - BEFORE, now + HORIZON
    if not entries:
        yield "This calendar has no events"
    past = ahead = 0
    for entry in entries:
        if "RECURRENCE-ID" in entry.event:
            continue
        is_ahead = _goes_on(entry, until)
        ahead += is_ahead
        past += not is_ahead and entry.number not in taken
    if past:
        yield f"{past} events ended before {begins:%d %b %Y}: they are left out"
    if ahead:
        yield (
            f"{ahead} events begin, or go on, after {until:%d %b %Y}: what lies over "
            f"{HORIZON.days} days ahead is left out; import the calendar again by then"
        )


def _goes_on(entry: _Entry, until: datetime) -> bool:
    """Say whether an event has something that begins after a moment, to a day."""
    if not entry.is_of_series:
        return _clock(entry.event["DTSTART"].dt) > _clock(until)
    alone = icalendar.Calendar()
    alone.add_component(entry.event)
    return next(recurring_ical_events.of(alone).after(until + BEFORE), None) is not None


def _moment(value: date) -> datetime:
    """A calendar's day begins at midnight; a time without a zone is the site's, told later."""
    if isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day)  # noqa: DTZ001  the site's midnight

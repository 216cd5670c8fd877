"""Rosters as people write them: a table of shifts, or a calendar. Both become rows of shifts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import recurring_ical_events

from watchfloor.platform.errors import Invalid

HORIZON = timedelta(days=92)
"""How far a shift that recurs is written out: a quarter."""
MOST_EVENTS = 20_000
COLUMNS = ("shift", "site", "start", "end", "required", "people", "post")
Row = dict[str, Any]


def of_table(rows: Sequence[Mapping[str, Any]]) -> list[tuple[int, Row]]:
    """Return the shifts of a table with the number of their first row.

    A shift may stand in several rows, one for each person, or name all people in one cell.
    """
    found: dict[str, tuple[int, Row]] = {}
    for number, given in enumerate(rows, start=1):
        row = {name.strip().lower(): value for name, value in given.items()}
        people = [*_people(row.pop("people", None)), *_people(row.pop("person", None))]
        code = str(row.get("shift", "")).strip()
        if code in found:
            found[code][1]["people"] += people
        else:
            found[code or f"row {number}"] = (number, {**row, "people": people})
    return list(found.values())


def of_calendar(text: str, *, now: datetime) -> list[tuple[int, Row]]:
    """Return the shifts of an iCalendar with their number, those that recur written out from now.

    UID is the shift, LOCATION the site, ATTENDEE or SUMMARY the people; X-REQUIRED how many are
    needed, else as many as are named. Raises: Invalid where it is no calendar.
    """
    try:
        calendar = icalendar.Calendar.from_ical(text)
        between = recurring_ical_events.of(calendar).between(now - timedelta(days=1), now + HORIZON)
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid(
            "This is no calendar.", fields={"ical": str(error) or "send RFC 5545"}
        ) from None
    if len(between) > MOST_EVENTS:
        cure = f"it has {len(between)} shifts in {HORIZON.days} days: send at most {MOST_EVENTS}"
        raise Invalid("This calendar is too long.", fields={"ical": cure})
    ordered = sorted(between, key=lambda event: (str(event.get("UID")), str(event.start)))
    return [(number, _row(event)) for number, event in enumerate(ordered, start=1)]


def _row(event: Any) -> Row:
    start, end = _moment(event.start), _moment(event.end)
    people = list(_attendees(event)) or _people(str(event.get("SUMMARY", "")))
    required = event.get("X-REQUIRED")
    return {
        "shift": _code(event, start),
        "site": str(event.get("LOCATION", "")).strip(),
        "start": start,
        "end": end,
        "required": str(required) if required is not None else len(people),
        "people": people,
    }


def _code(event: Any, start: datetime) -> str:
    """Return a code for each time that a shift recurs."""
    uid = str(event.get("UID", "")).partition("@")[0]
    return f"{uid}/{start.astimezone(UTC):%Y%m%dT%H%M}" if uid else ""


def _attendees(event: Any) -> Iterator[str]:
    given = event.get("ATTENDEE", [])
    for one in given if isinstance(given, list) else [given]:
        name = one.params.get("CN") or str(one)
        yield str(name).removeprefix("mailto:").removeprefix("MAILTO:").strip()


def _moment(value: date) -> datetime:
    """A calendar's day begins at midnight; a time without a zone is the site's, told later."""
    if isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day)  # noqa: DTZ001  the site's midnight


def _people(value: object) -> list[str]:
    if value is None:
        return []
    parts: Iterable[Any] = value if isinstance(value, list) else str(value).split(",")
    return [text for part in parts if (text := str(part).strip())]

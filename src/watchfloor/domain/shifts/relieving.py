"""Let people on no roster fill places that are free, by the rows of shifts and punches.

Who fills which place is found anew from the earliest moment on that something was heard of; what
was found of times before stands, as nothing later can change it. So it follows from what has been
heard, in whatever order and batches that came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from math import inf
from uuid import UUID

from watchfloor.aiops.operation import standins
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import LeaveNotice, Moment, Relief, RosterPublished
from watchfloor.aiops.operation.events import Punch as PunchEvent
from watchfloor.aiops.operation.rostered import AROUND, STAYED
from watchfloor.aiops.operation.standins import Held, Needed, Span
from watchfloor.domain.naming.happenings import Happening
from watchfloor.domain.shifts import placing, services
from watchfloor.domain.shifts.models import Assignment, Punch, Shift
from watchfloor.platform.moments import moment, seconds

_Since = Mapping[UUID, datetime]
"""By site, from when on others may fill its places."""
_Key = tuple[str, str]
"""Codes of a shift and a person."""
_Stay = tuple[datetime, datetime | None, datetime | None]
"""When somebody came, went if not back since, and began a break that goes on."""


def relieve(happenings: Sequence[Happening], directory: Directory, now: datetime) -> list[Relief]:
    """Find who fills a place, and write it. Returns what is new for shifts, in order of time.

    The happenings have been recorded. History is recorded alone.
    """
    lived = [one for one in happenings if not one.is_history]
    since = _since(lived)
    punches = _unnamed(since) if since else []
    known = _known(since) if punches or _is_published(lived) else []
    earlier, redone = _parted(known, since)
    if not punches and not redone:
        return []
    shifts = _about(since, [*(row.at for row in punches), *since.values()])
    if not shifts:
        return []
    told = [placing.told(row) for row in punches]
    strangers = standins.on_no_roster(told, placing.stands(told) if told else {})
    held = [_held(row, since) for row in earlier if not _has_left(row, since)]
    found = standins.reliefs(_needed(shifts), strangers, directory, held)
    stays, touched = _stays(found, earlier)
    _write({key: stays[key] for key in touched}, shifts, punches)
    gone = [row for row in redone if _key(row) not in touched]
    Assignment.objects.filter(pk__in=[row.pk for row in gone]).delete()
    new = [one for one in found if not _is_known(one, redone)]
    new += _over(gone, Moment(max(one.at for one in lived)))
    services.tell({one.shift for one in new}, now)
    return new


def _since(happenings: Iterable[Happening]) -> _Since:
    """Return of the sites that something was heard of the earliest moment that it may change."""
    leave = [one for one in happenings if isinstance(one.event, LeaveNotice)]
    codes = {one.event.shift for one in leave if isinstance(one.event, LeaveNotice)}
    rows = Shift.objects.filter(code__in=codes, site__isnull=False) if codes else ()
    sites = {row.code: row.site_id for row in rows}
    found: dict[UUID, float] = {}
    for one in happenings:
        site, at = one.site_id, one.at
        if isinstance(one.event, RosterPublished):
            at = one.event.start - AROUND
        elif isinstance(one.event, LeaveNotice):
            site = sites.get(one.event.shift)
        elif not isinstance(one.event, PunchEvent):
            continue
        if site is not None:
            found[site] = min(at, found.get(site, at))
    return {site: moment(at) for site, at in found.items()}


def _is_published(happenings: Iterable[Happening]) -> bool:
    return any(isinstance(one.event, RosterPublished) for one in happenings)


def _unnamed(since: _Since) -> list[Punch]:
    """Return the punches of no shift from then on."""
    rows = Punch.objects.filter(shift_code="", site__in=since, at__gte=min(since.values()))
    found = rows.select_related("site").order_by("at", "id")
    return [row for row in found if row.site_id and row.at >= since[row.site_id]]


def _known(since: _Since) -> list[Assignment]:
    """Return who was found to fill a place of shifts that can still be heard of."""
    lately = min(since.values()) - timedelta(seconds=STAYED)
    rows = Assignment.objects.filter(stands_in=True, shift__site__in=since)
    return list(rows.filter(shift__ends_at__gte=lately).select_related("shift"))


def _parted(
    known: Iterable[Assignment], since: _Since
) -> tuple[Sequence[Assignment], Sequence[Assignment]]:
    """Return those that stand as they were found, and those that are found anew."""
    earlier: list[Assignment] = []
    redone: list[Assignment] = []
    for row in known:
        (redone if _begin(row) >= _of(row, since) else earlier).append(row)
    return earlier, redone


def _about(since: _Since, times: Iterable[datetime]) -> list[Shift]:
    """Return the shifts of the sites that punches then may be about, with their people."""
    lately, soon = min(since.values()) - timedelta(seconds=STAYED), timedelta(seconds=AROUND)
    rows = Shift.objects.filter(
        site__in=since, ends_at__gte=lately, starts_at__lte=max(times) + soon
    )
    return list(rows.select_related("site").prefetch_related("assignments"))


def _needed(shifts: Collection[Shift]) -> Iterator[Needed]:
    breaks = _breaks({shift.code for shift in shifts})
    for shift in shifts:
        yield _need(shift, breaks[shift.code])


def _breaks(shifts: Collection[str]) -> Mapping[str, Mapping[str, Sequence[Span]]]:
    """Return by shift from when to when who was on a break of it."""
    punches = Punch.objects.filter(shift_code__in=shifts).order_by("at", "id")
    is_break = Punch.objects.filter(shift_code__in=shifts, kind="break_start")
    punches = punches.filter(person_code__in=is_break.values("person_code"))
    found: defaultdict[str, dict[str, list[Span]]] = defaultdict(dict)
    for shift, person, kind, at in punches.values_list("shift_code", "person_code", "kind", "at"):
        spans = found[shift].setdefault(person, [])
        if spans and spans[-1][1] == inf:
            spans[-1] = (spans[-1][0], at.timestamp())
        if kind == "break_start":
            spans.append((at.timestamp(), inf))
    return found


def _need(shift: Shift, breaks: Mapping[str, Sequence[Span]]) -> Needed:
    people = [row for row in shift.assignments.all() if not row.stands_in]
    return Needed(
        shift.code,
        shift.site.code if shift.site else "",
        shift.starts_at.timestamp(),
        shift.ends_at.timestamp(),
        shift.required,
        {row.person_code: seconds(row.on_leave_since) for row in people if row.is_rostered},
        {row.person_code: at for row in people if (at := seconds(row.checked_in_at)) is not None},
        breaks,
    )


def _stays(
    found: Iterable[Relief], earlier: Iterable[Assignment]
) -> tuple[Mapping[_Key, _Stay], Collection[_Key]]:
    """Return from when to when who fills places, and which of that was found now."""
    stays: dict[_Key, _Stay] = {
        _key(row): (_begin(row), row.checked_out_at, row.on_break_since) for row in earlier
    }
    touched: dict[_Key, None] = {}
    for one in found:
        key, at = (one.shift, one.person), moment(one.ts)
        came = stays[key][0] if key in stays else at
        stays[key] = (came, None if one.is_there else at, at if one.is_on_break else None)
        touched[key] = None
    return stays, touched.keys()


def _write(stays: Mapping[_Key, _Stay], shifts: Iterable[Shift], punches: Iterable[Punch]) -> None:
    by_code = {row.code: row for row in shifts}
    people = {row.person_code: row.person_id for row in punches}
    Assignment.objects.bulk_create(
        [
            Assignment(
                shift=by_code[shift],
                starts_at=by_code[shift].starts_at,
                person_id=people[person],
                person_code=person,
                is_rostered=False,
                stands_in=True,
                checked_in_at=came,
                checked_out_at=left,
                on_break_since=break_at,
            )
            for (shift, person), (came, left, break_at) in stays.items()
        ],
        update_conflicts=True,
        unique_fields=["shift", "person_code"],
        update_fields=["checked_in_at", "checked_out_at", "on_break_since"],
    )


def _over(gone: Iterable[Assignment], at: Moment) -> list[Relief]:
    """Return that those fill no place, as it turns out."""
    keys = map(_key, gone)
    return [Relief(ts=at, shift=shift, person=person, is_there=False) for shift, person in keys]


def _is_known(one: Relief, rows: Iterable[Assignment]) -> bool:
    """Return whether the shift has heard it already."""
    at = moment(one.ts)
    return any(
        _key(row) == (one.shift, one.person)
        and at in (row.checked_in_at, row.checked_out_at, row.on_break_since)
        for row in rows
    )


def _held(row: Assignment, since: _Since) -> Held:
    began = row.on_break_since
    is_known = began is not None and began < _of(row, since)
    return Held(*_key(row), seconds(began) if is_known else None)


def _has_left(row: Assignment, since: _Since) -> bool:
    return row.checked_out_at is not None and row.checked_out_at < _of(row, since)


def _of(row: Assignment, since: _Since) -> datetime:
    site = row.shift.site_id
    return since[site] if site else row.shift.starts_at


def _begin(row: Assignment) -> datetime:
    return row.checked_in_at or row.shift.starts_at


def _key(row: Assignment) -> _Key:
    return row.shift.code, row.person_code

"""Who will not come to shifts: told of one shift, or granted for days by the register of leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from watchfloor.aiops.types import Seconds
from watchfloor.domain.shifts.models import Assignment, Leave, LeaveNotice
from watchfloor.platform.moments import moment

Spans = Mapping[str, Sequence[tuple[Seconds, Seconds]]]
"""From and to when people are granted leave, by their code."""
A_DAY = timedelta(days=1)


def granted(people: Collection[str] | None = None) -> Spans:
    """Return when people, or these, are on leave: whole days by the clock of their home site."""
    found: defaultdict[str, list[tuple[Seconds, Seconds]]] = defaultdict(list)
    rows = Leave.objects.filter(is_active=True).order_by("starts_on")
    if people is not None:
        rows = rows.filter(person__code__in=people)
    for code, zone, first, last in rows.values_list(
        "person__code", "person__home_site__time_zone", "starts_on", "ends_on"
    ):
        clock = ZoneInfo(zone or "UTC")
        found[code].append((_midnight(first, clock), _midnight(last + A_DAY, clock)))
    return found


def note(assignments: QuerySet[Assignment]) -> list[Assignment]:
    """Write who of these is on leave and since when. Returns those of whom it was otherwise.

    What was told of a shift goes before what the register says of the day on which it begins.
    """
    rows = list(assignments.select_related("shift"))
    spans, told = granted({row.person_code for row in rows}), _told(rows)
    changed = []
    for row in rows:
        notice = told.get((row.shift.code, row.person_code))
        since = notice.at if notice else _since(spans.get(row.person_code, ()), row.starts_at)
        reason = notice.reason if notice else ""
        if (row.on_leave_since, row.leave_reason) != (since, reason):
            row.on_leave_since, row.leave_reason = since, reason
            changed.append(row)
    Assignment.objects.bulk_update(changed, ["on_leave_since", "leave_reason"])
    return changed


def concerned(rows: Collection[Leave]) -> QuerySet[Assignment]:
    """Return those to whose shifts these rows of the register may make a difference."""
    begins = datetime.combine(min(row.starts_on for row in rows), time(), ZoneInfo("UTC")) - A_DAY
    same = Leave.objects.filter(
        pk__in=[row.pk for row in rows], person__code=OuterRef("person_code")
    )
    about = same.filter(
        starts_on__lte=OuterRef("starts_at__date") + A_DAY,
        ends_on__gte=OuterRef("starts_at__date") - A_DAY,
    )
    people = {row.person.code for row in rows}
    found = Assignment.objects.filter(person_code__in=people, starts_at__gte=begins)
    return found.filter(Q(on_leave_since__isnull=False) | Exists(about))


def _told(rows: Iterable[Assignment]) -> Mapping[tuple[str, str], LeaveNotice]:
    notices = LeaveNotice.objects.filter(shift_code__in={row.shift.code for row in rows})
    return {(one.shift_code, one.person_code): one for one in notices}


def _since(spans: Iterable[tuple[Seconds, Seconds]], at: datetime) -> datetime | None:
    starts = (start for start, end in spans if start <= at.timestamp() < end)
    return next(map(moment, starts), None)


def _midnight(day: date, clock: ZoneInfo) -> Seconds:
    return datetime.combine(day, time(), clock).timestamp()

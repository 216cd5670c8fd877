"""Record what rosters and punches say, set by set."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from watchfloor.aiops.operation.events import LeaveNotice as LeaveNoticeEvent
from watchfloor.aiops.operation.events import Punch as PunchEvent
from watchfloor.aiops.operation.events import RosterPublished
from watchfloor.domain.naming.happenings import Happening
from watchfloor.domain.org.changed import Changed, tell_changes
from watchfloor.domain.people.models import Person
from watchfloor.domain.shifts import events, leave, placing, presences, selectors
from watchfloor.domain.shifts.models import (
    BIOMETRIC,
    POSITION,
    Assignment,
    Leave,
    LeaveNotice,
    Punch,
    Shift,
)
from watchfloor.platform.jobs.retention import delete_in_batches
from watchfloor.platform.moments import moment

POSITIONS_KEPT, SCORES_KEPT = timedelta(days=90), timedelta(days=180)
ATTENDANCE_KEPT = timedelta(days=731)
_Key = tuple[str, str]
"""Codes of a shift and a person."""
_Published = dict[str, tuple[Happening, RosterPublished]]
"""By the code of the shift."""


def record_roster(happenings: Sequence[Happening], now: datetime) -> None:
    """Write shifts as they were published last, who stands on them, and who will not come."""
    published: _Published = {}
    notices: dict[_Key, LeaveNotice] = {}
    for one in sorted(happenings, key=attrgetter("at")):
        event = one.event
        if isinstance(event, RosterPublished):
            published[event.shift] = (one, event)
        elif isinstance(event, LeaveNoticeEvent):
            notices[event.shift, event.person] = _notice(one, event)
    if newest := _newer_than_known(published):
        tell_changes(_publish(newest), at=now)
    if notices:
        LeaveNotice.objects.bulk_create(
            notices.values(),
            update_conflicts=True,
            unique_fields=["tenant", "shift_code", "person_code"],
            update_fields=["at", "reason"],
        )
    touched = {*published, *(shift for shift, _ in notices)}
    # Notices can come before their roster.
    leave.note(Assignment.objects.filter(shift__code__in=touched))
    tell(touched, now)


def record_attendance(happenings: Sequence[Happening], now: datetime) -> None:
    """Write the punches, and what they say of shifts that are published."""
    punches = [_punch(one, one.event) for one in happenings if isinstance(one.event, PunchEvent)]
    Punch.objects.bulk_create(punches, ignore_conflicts=True)
    _note_presence(punches, now)


def follow_leave(rows: Collection[Leave], now: datetime) -> None:
    """Write on shifts what these rows of the register of leave say now."""
    changed = leave.note(leave.concerned(rows))
    tell({row.shift.code for row in changed}, now)


def adopt(happenings: Sequence[Happening], now: datetime) -> list[PunchEvent]:
    """Let punches that came before their roster and named no shift be of the shifts published now.

    Returns them as they were told, in the order of their times, but for what history brought up.
    """
    rosters = [
        (one.is_history, one.event) for one in happenings if isinstance(one.event, RosterPublished)
    ]
    adopted = placing.waiting_for([event for _, event in rosters])
    for row, event in adopted:
        row.shift_code = event.shift
    rows = [row for row, _ in adopted]
    Punch.objects.bulk_update(rows, ["shift_code"])
    _note_presence(rows, now)
    lived = {person for is_history, event in rosters if not is_history for person in event.people}
    return [event for _, event in adopted if event.person in lived]


def forget(now: datetime) -> None:
    """Of the tenant in scope: empty old positions and biometric scores, delete old attendance."""
    _blank(POSITION, now - POSITIONS_KEPT)
    _blank(BIOMETRIC, now - SCORES_KEPT)
    delete_in_batches(Punch.objects.filter(at__lt=now - ATTENDANCE_KEPT))
    delete_in_batches(LeaveNotice.objects.filter(at__lt=now - ATTENDANCE_KEPT))
    delete_in_batches(Shift.objects.filter(ends_at__lt=now - ATTENDANCE_KEPT))


def _note_presence(punches: Iterable[Punch], now: datetime) -> None:
    named = [punch for punch in punches if punch.shift_code]
    shifts = {punch.shift_code for punch in named}
    presences.note(shifts, {punch.person_code for punch in named})
    tell(shifts, now)


def tell(codes: Iterable[str], now: datetime) -> None:
    """Let others hear of those of the shifts that go on: who is on them may be otherwise."""
    touched = selectors.going_on(now).filter(code__in=codes)
    events.manned(touched.values_list("pk", flat=True), at=now)


def _blank(names: Sequence[str], before: datetime) -> None:
    kept = Q()
    for name in names:
        kept |= ~Q(**{name: ""}) if name == "face" else Q(**{f"{name}__isnull": False})
    empty = {name: "" if name == "face" else None for name in names}
    Punch.objects.filter(kept, at__lt=before).update(**empty)


def _newer_than_known(published: _Published) -> _Published:
    """Return what goes on to hold: a roster that comes late, or as history, replaces no newer."""
    known = dict(Shift.objects.filter(code__in=published).values_list("code", "published_at"))
    return {
        code: (one, event)
        for code, (one, event) in published.items()
        if code not in known or known[code] <= moment(one.at)
    }


def _publish(published: _Published) -> list[Changed]:
    """Write the shifts. Returns what is otherwise than it was published before."""
    before = _rostered(published)
    Shift.objects.bulk_create(
        [_shift(one, event) for one, event in published.values()],
        update_conflicts=True,
        unique_fields=["tenant", "code"],
        update_fields=["site", "post", "starts_at", "ends_at", "required", "published_at"],
    )
    ids = dict(Shift.objects.filter(code__in=published).values_list("code", "id"))
    rostered = {
        (code, person): None for code, (_, event) in published.items() for person in event.people
    }
    _unroster(ids, rostered)
    known = dict(
        Person.objects.filter(code__in={person for _, person in rostered}).values_list("code", "id")
    )
    Assignment.objects.bulk_create(
        [
            Assignment(
                shift_id=ids[code],
                person_id=known.get(person),
                person_code=person,
                starts_at=moment(published[code][1].start),
            )
            for code, person in rostered
        ],
        update_conflicts=True,
        unique_fields=["shift", "person_code"],
        update_fields=["is_rostered", "stands_in", "person", "starts_at"],
    )
    # Punches can come before their roster.
    presences.note(published)
    return [
        _changed(one, event, before[code])
        for code, (one, event) in published.items()
        if code in before and before[code] != set(event.people)
    ]


def _rostered(codes: Collection[str]) -> dict[str, set[str]]:
    """Return who stands on which of the shifts, of those that were published already."""
    people = ArrayAgg(
        "assignments__person_code", filter=Q(assignments__is_rostered=True), default=[]
    )
    rows = Shift.objects.filter(code__in=codes).annotate(people=people)
    return {code: set(people) for code, people in rows.values_list("code", "people")}


def _changed(one: Happening, event: RosterPublished, before: set[str]) -> Changed:
    people = set(event.people)
    text = f"Shift {event.shift}: {len(people - before)} came onto it, {len(before - people)} left"
    return Changed("ROSTER", text, moment(one.at), one.client_id, one.site_id)


def _unroster(ids: dict[str, UUID], rostered: Iterable[_Key]) -> None:
    """Take off the shifts who stands on them no more; who came stays, as one who was not asked."""
    wanted = {(ids[code], person) for code, person in rostered}
    standing = Assignment.objects.filter(shift__in=ids.values(), is_rostered=True)
    gone = [
        (pk, came)
        for pk, shift, person, came in standing.values_list(
            "id", "shift_id", "person_code", "checked_in_at"
        )
        if (shift, person) not in wanted
    ]
    Assignment.objects.filter(id__in=[pk for pk, came in gone if came is None]).delete()
    stayed = [pk for pk, came in gone if came is not None]
    Assignment.objects.filter(id__in=stayed).update(is_rostered=False)


def _shift(one: Happening, event: RosterPublished) -> Shift:
    return Shift(
        code=event.shift,
        site_id=one.site_id,
        post=event.post,
        starts_at=moment(event.start),
        ends_at=moment(event.end),
        required=event.required,
        published_at=moment(one.at),
    )


def _notice(one: Happening, event: LeaveNoticeEvent) -> LeaveNotice:
    return LeaveNotice(
        shift_code=event.shift,
        person_id=one.person_id,
        person_code=event.person,
        at=moment(one.at),
        reason=event.reason,
    )


def _punch(one: Happening, event: PunchEvent) -> Punch:
    return Punch(
        id=UUID(one.event_id),
        kind=event.kind,
        at=moment(one.at),
        received_at=moment(one.received_at),
        claimed_at=None if one.refused is None else moment(one.refused),
        site_id=one.site_id,
        person_id=one.person_id,
        person_code=event.person,
        shift_code=event.shift,
        post=event.post,
        method=event.method,
        device_code=event.device,
        latitude=event.lat,
        longitude=event.lon,
        accuracy_m=event.accuracy,
        distance_m=event.gps_m,
        confidence=event.confidence,
        liveness=event.liveness,
        face=event.face,
        is_mocked=event.mock,
    )

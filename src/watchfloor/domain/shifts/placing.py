"""Find the shifts of punches that name none, by the rosters that are known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from typing import cast

import msgspec

from watchfloor.aiops.operation import rostered
from watchfloor.aiops.operation.events import Moment, PunchKind, RosterPublished
from watchfloor.aiops.operation.events import Punch as PunchEvent
from watchfloor.aiops.operation.rostered import AROUND, STAYED, Stand
from watchfloor.aiops.types import Seconds
from watchfloor.domain.naming.happenings import Happening
from watchfloor.domain.shifts.models import Assignment, Punch
from watchfloor.platform.moments import moment, seconds

_Span = tuple[Seconds, Seconds]
_LONGEST = timedelta(days=31)
"""Of a shift; events do not tell of longer ones."""


def placed(happenings: Sequence[Happening]) -> list[Happening]:
    """Let punches that name no shift name the one that they belong to, in one query for all.

    Those that a roster may be about that comes with them wait for it: see `waiting_for`.
    """
    rosters = [one.event for one in happenings if isinstance(one.event, RosterPublished)]
    spans = _spans(rosters)
    of_punches = {
        index: event
        for index, one in enumerate(happenings)
        if isinstance(event := one.event, PunchEvent)
        and (event.shift or not _waits(event, spans.get(event.person, ())))
    }
    unnamed = [event for event in of_punches.values() if not event.shift]
    found = list(happenings)
    if unnamed:
        standing = stands(unnamed, left={one.shift for one in rosters})
        punches = [_anywhere(happenings[index], event) for index, event in of_punches.items()]
        for index, punch in zip(of_punches, rostered.placed(punches, standing), strict=True):
            event = msgspec.structs.replace(of_punches[index], shift=punch.shift)
            found[index] = replace(happenings[index], event=event)
    return found


def waiting_for(rosters: Sequence[RosterPublished]) -> list[tuple[Punch, PunchEvent]]:
    """Return punches of no shift whose people stand on these, and what they told, with the shift.

    The rosters have been recorded.
    """
    spans = _spans(rosters)
    if not spans:
        return []
    begins, ends = zip(*chain.from_iterable(spans.values()), strict=True)
    rows = list(
        Punch.objects.filter(
            shift_code="",
            person_code__in=spans,
            at__gte=moment(min(begins)),
            at__lte=moment(max(ends)),
        )
        .select_related("site")
        .order_by("at", "id")
    )
    punches = [told(row) for row in rows]
    found = rostered.placed(punches, stands(punches)) if punches else []
    return [(row, event) for row, event in zip(rows, found, strict=True) if event.shift]


def _spans(rosters: Iterable[RosterPublished]) -> Mapping[str, Sequence[_Span]]:
    """Return of each person on the rosters when punches may be for them."""
    spans: defaultdict[str, list[_Span]] = defaultdict(list)
    for one in rosters:
        for person in one.people:
            spans[person].append((one.start - AROUND, one.end + STAYED))
    return spans


def _waits(punch: PunchEvent, spans: Iterable[_Span]) -> bool:
    return any(begin <= punch.ts <= end for begin, end in spans)


def _anywhere(one: Happening, event: PunchEvent) -> PunchEvent:
    """A site that nobody knows says nothing; a key that is bound to sites speaks of no others."""
    is_anywhere = one.site_id is None and not one.is_bound
    return msgspec.structs.replace(event, site="") if is_anywhere else event


def stands(
    punches: Collection[PunchEvent], left: Collection[str] = ()
) -> Mapping[str, Sequence[Stand]]:
    """Return on which shifts the people of the punches stand about then, or came to as told.

    Those that they `left` are published anew without them.
    """
    times = [one.ts for one in punches]
    begin, end = moment(min(times)), moment(max(times))
    rows = Assignment.objects.filter(
        person_code__in={one.person for one in punches},
        starts_at__gte=begin - _LONGEST,
        starts_at__lte=end + timedelta(seconds=AROUND),
        shift__ends_at__gte=begin - timedelta(seconds=STAYED),
        stands_in=False,
    ).values_list(
        "person_code", "shift__code", "shift__site__code", "shift__starts_at", "shift__ends_at",
        "is_rostered", "checked_in_at", "checked_out_at",
    )  # fmt: skip
    found: defaultdict[str, list[Stand]] = defaultdict(list)
    for person, shift, site, starts, ends, is_rostered, came, went in rows:
        hours = (starts.timestamp(), ends.timestamp())
        stays = is_rostered and shift not in left
        stand = Stand(shift, site or "", *hours, stays, seconds(came), seconds(went))
        found[person].append(stand)
    return found


def told(row: Punch) -> PunchEvent:
    """Return a punch as it was told, as far as that is kept."""
    return PunchEvent(
        ts=Moment(row.at.timestamp()),
        kind=cast(PunchKind, row.kind),
        site=row.site.code if row.site else "",
        person=row.person_code,
        shift=row.shift_code,
        post=row.post,
        method=row.method,
        device=row.device_code,
        lat=row.latitude,
        lon=row.longitude,
        accuracy=row.accuracy_m,
        gps_m=row.distance_m,
        confidence=row.confidence,
        liveness=row.liveness,
        face=row.face,
        mock=row.is_mocked,
    )

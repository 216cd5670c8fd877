"""When people came to shifts that are published, and went, as their punches say."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from watchfloor.aiops.operation.facts.shift import FARTHEST
from watchfloor.domain.shifts.models import Assignment, Punch, Shift

_FARTHEST = timedelta(seconds=FARTHEST)
_Key = tuple[str, str]
"""Codes of a shift and a person."""


def note(shifts: Collection[str], people: Collection[str] | None = None) -> None:
    """Write when people, or these, came to the shifts first, and when they went or began a break
    if not back since.

    What was told late may lie between what is known: all of their punches are read.
    """
    published = {row.code: row for row in Shift.objects.filter(code__in=shifts)}
    presences = _heard_of(published, people)
    known = {
        (row.shift.code, row.person_code): row
        for row in Assignment.objects.filter(shift__in=published.values()).select_related("shift")
    }
    rows = []
    for (shift, person), presence in presences.items():
        row = known.get((shift, person)) or Assignment(
            shift=published[shift],
            starts_at=published[shift].starts_at,
            person_id=presence.person_id,
            person_code=person,
            is_rostered=False,
        )
        row.checked_in_at, row.checked_out_at = presence.in_at, presence.out_at
        row.on_break_since, row.stands_in = presence.break_at, False
        rows.append(row)
    Assignment.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["shift", "person_code"],
        update_fields=["checked_in_at", "checked_out_at", "on_break_since", "stands_in"],
    )


@dataclass(slots=True)
class _Presence:
    """What punches say of one person on one shift."""

    person_id: UUID | None
    in_at: datetime | None = None
    out_at: datetime | None = None
    break_at: datetime | None = None

    def hear(self, punch: Punch) -> None:
        """Take the next punch: who checks in again has not left, and is on no break."""
        self.break_at = punch.at if punch.kind == "break_start" else None
        if punch.kind in ("check_in", "break_end"):
            self.in_at, self.out_at = self.in_at or punch.at, None
        elif punch.kind == "check_out":
            self.out_at = punch.at


def _heard_of(
    shifts: Mapping[str, Shift], people: Collection[str] | None
) -> Mapping[_Key, _Presence]:
    """Return what punches say of these shifts; what a wrong clock dated says nothing."""
    punches = Punch.objects.filter(shift_code__in=shifts).order_by("at", "id")
    if people is not None:
        punches = punches.filter(person_code__in=people)
    found: dict[_Key, _Presence] = {}
    for punch in punches.only("shift_code", "person_code", "person_id", "kind", "at"):
        shift = shifts[punch.shift_code]
        if shift.starts_at - _FARTHEST <= punch.at <= shift.ends_at + _FARTHEST:
            key = (punch.shift_code, punch.person_code)
            found.setdefault(key, _Presence(punch.person_id)).hear(punch)
    return found

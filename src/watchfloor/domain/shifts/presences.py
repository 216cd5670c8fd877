"""When people came to shifts that are published, and went, as their punches say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from watchfloor.domain.shifts.models import Assignment, Punch, Shift

_Key = tuple[str, str]
"""Codes of a shift and a person."""


def note(punches: Iterable[Punch]) -> None:
    """Write when people came and went. Earlier check-ins and later check-outs win."""
    presences = _heard_of(punches)
    shifts = {
        row.code: row for row in Shift.objects.filter(code__in={code for code, _ in presences})
    }
    known = {
        (row.shift.code, row.person_code): row
        for row in Assignment.objects.filter(shift__in=shifts.values()).select_related("shift")
    }
    rows = []
    for (shift, person), presence in presences.items():
        if shift not in shifts:
            continue
        row = known.get((shift, person)) or Assignment(
            shift=shifts[shift],
            starts_at=shifts[shift].starts_at,
            person_id=presence.person_id,
            person_code=person,
            is_rostered=False,
        )
        row.checked_in_at = min(filter(None, (row.checked_in_at, presence.in_at)), default=None)
        row.checked_out_at = max(filter(None, (row.checked_out_at, presence.out_at)), default=None)
        rows.append(row)
    Assignment.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["shift", "person_code"],
        update_fields=["checked_in_at", "checked_out_at"],
    )


@dataclass(slots=True)
class _Presence:
    """What punches say of one person on one shift."""

    person_id: UUID | None
    in_at: datetime | None = None
    out_at: datetime | None = None

    def hear(self, punch: Punch) -> None:
        if punch.kind == "check_in":
            self.in_at = min(self.in_at or punch.at, punch.at)
        else:
            self.out_at = max(self.out_at or punch.at, punch.at)


def _heard_of(punches: Iterable[Punch]) -> dict[_Key, _Presence]:
    found: dict[_Key, _Presence] = {}
    for punch in punches:
        if punch.shift_code:
            key = (punch.shift_code, punch.person_code)
            found.setdefault(key, _Presence(punch.person_id)).hear(punch)
    return found

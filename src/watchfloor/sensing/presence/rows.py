"""A shift and its people as programs and open pages get it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from watchfloor.domain.shifts.models import Shift
from watchfloor.sensing.presence import selectors


def row_of(shift: Shift, now: datetime) -> dict[str, Any]:
    manned = selectors.manned(shift, now)
    return {
        "id": shift.pk,
        "shift": shift.code,
        "site": shift.site.code if shift.site else None,
        "post": shift.post,
        "starts_at": shift.starts_at,
        "ends_at": shift.ends_at,
        "required": shift.required,
        "here": manned.here,
        "short": manned.short,
        "people": [
            {
                "person": one.assignment.person_code,
                "presence": one.presence,
                "checked_in_at": one.assignment.checked_in_at,
                "checked_out_at": one.assignment.checked_out_at,
                "on_break_since": one.assignment.on_break_since,
            }
            for one in selectors.people_of(manned)
        ],
    }

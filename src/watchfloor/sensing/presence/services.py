"""What a guard says on the phone, told for them: that they came, went, or will not come."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.db import transaction

from watchfloor.domain.people.models import Person
from watchfloor.domain.shifts.models import Shift
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Invalid
from watchfloor.sensing import by_hand

METHOD = "phone"
"""How such punches came about: without a terminal, position or check of who it is."""


@transaction.atomic
def punch(
    shift: Shift,
    kind: Literal["check_in", "check_out"],
    *,
    person: str,
    at: datetime | None = None,
    by: Actor,
    now: datetime,
) -> str:
    """Tell that somebody came to a shift, rostered for it or not, or went. Returns the event's id.

    Raises: Invalid for a person or a moment that cannot be.
    """
    if not _stands_on(shift, person) and not Person.objects.filter(code=person).exists():
        cure = "send the code of somebody on the shift, or in the register of people"
        raise Invalid("Nobody has this code.", fields={"person": cure})
    said = {"kind": kind, "site": _site_of(shift), "shift": shift.code, "person": person}
    told = by_hand.tell("attendance", said | {"method": METHOD}, at=at, now=now)
    after = {"shift": shift.code, "kind": kind, "at": (at or now).isoformat()}
    audit.record(by, "punch.told", "punch", told, at=now, after=after)
    return told


@transaction.atomic
def leave(shift: Shift, *, person: str, reason: str = "", by: Actor, now: datetime) -> str:
    """Tell that somebody on a shift will not come to it. Returns the id of the event.

    Raises: Invalid for who is not on it.
    """
    row = shift.assignments.filter(person_code=person, is_rostered=True).first()
    if row is None:
        cure = "send the code of somebody who stands on it"
        raise Invalid("Only who stands on a shift can miss it.", fields={"person": cure})
    said = {"kind": "leave_notice", "shift": shift.code, "person": person, "reason": reason}
    told = by_hand.tell("roster", said | {"site": _site_of(shift)}, at=None, now=now)
    audit.record(by, "leave.told", "assignment", row.pk, at=now, after={"shift": shift.code})
    return told


def _stands_on(shift: Shift, person: str) -> bool:
    return shift.assignments.filter(person_code=person).exists()


def _site_of(shift: Shift) -> str:
    return shift.site.code if shift.site else ""

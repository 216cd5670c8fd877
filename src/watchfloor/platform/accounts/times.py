"""How somebody reads times: by which zone, which clock, and which part of a date first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from watchfloor.platform.accounts.models import ClockHours, DateOrder, User
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Invalid
from watchfloor.platform.zones import known_zone


@dataclass(frozen=True, slots=True)
class Times:
    """`zone` is empty until somebody, or their browser, has said."""

    zone: str
    clock: str
    dates: str

    @classmethod
    def of(cls, user: User) -> Times:
        return cls(user.time_zone, user.clock, user.dates)

    def told(self) -> dict[str, str]:
        return {"time_zone": self.zone, "clock": self.clock, "dates": self.dates}


@transaction.atomic
def change(user: User, wanted: Times, *, by: Actor, now: datetime) -> Times:
    """Read times so from now on. The same again changes nothing. Raises: Invalid."""
    _check(wanted)
    before = Times.of(user)
    if wanted != before:
        user.time_zone, user.clock, user.dates = wanted.zone, wanted.clock, wanted.dates
        user.save(update_fields=["time_zone", "clock", "dates"])
        told = {"before": before.told(), "after": wanted.told()}
        audit.record(by, "user.times_set", "user", user.pk, at=now, **told)
    return wanted


def _check(wanted: Times) -> None:
    fields = {}
    try:
        known_zone(wanted.zone)
    except ValueError as error:
        fields["time_zone"] = str(error)
    for name, said, known in (
        ("clock", wanted.clock, ClockHours),
        ("dates", wanted.dates, DateOrder),
    ):
        if said not in known.values:
            fields[name] = f"choose one of {', '.join(known.values)}"
    if fields:
        raise Invalid("Times cannot be read so.", fields=fields)

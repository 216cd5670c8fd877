"""What a tenant sets about itself: how many desks it has, and whose days it counts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.tenancy import settings
from watchfloor.platform.tenancy.context import require_tenant_id

MOST_DESKS = 500


@dataclass(frozen=True, slots=True)
class Organisation:
    """None: as nobody has set it, one desk and the zone of most of the sites."""

    desks: int | None = None
    time_zone: str | None = None


def read() -> Organisation:
    """Return what the tenant in scope has set."""
    return in_settings(settings.own())


@transaction.atomic
def change(to: Organisation, *, by: Actor, now: datetime) -> Organisation:
    """Set all of it. The same again changes nothing."""
    before = in_settings(settings.put(**asdict(to)))
    if to != before:
        audit.record(
            by, "settings.changed", "tenant", require_tenant_id(), at=now,
            before=asdict(before), after=asdict(to),
        )  # fmt: skip
    return to


def in_settings(kept: dict[str, Any]) -> Organisation:
    """Return what a tenant with these settings has set."""
    return Organisation(kept.get("desks"), kept.get("time_zone"))

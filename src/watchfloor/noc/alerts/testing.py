"""On test: somebody works at a site, device or zone and calls; what it says until then is a test.

A test is a window of its own kind: recorded, grouped, listed, and nobody is told. It ends by
itself, after a day at most. What still fires at its end is told then; what was over stays a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from watchfloor.domain.devices.models import Device
from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts import checks
from watchfloor.noc.alerts import stream as streams
from watchfloor.noc.alerts.models import MaintenanceWindow
from watchfloor.noc.alerts.quieting import ask_anew
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict, Invalid
from watchfloor.platform.events import bus

CHANGED = "test.changed"
LONGEST = timedelta(hours=24)
LONGEST_NAME = 200
# Reports may come this late and be of a test that is over.
REMEMBERED = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Place:
    """What is put on test: a site, a zone of it as its panel names it, or a device."""

    site: Site | None
    device: Device | None = None
    zone: str = ""

    @property
    def name(self) -> str:
        if self.device is not None:
            return self.device.name or self.device.code
        return f"{self.site}, zone {self.zone}" if self.zone else str(self.site)


@transaction.atomic
def start(
    place: Place, *, until: datetime, caller: str, by: Actor, now: datetime
) -> MaintenanceWindow:
    """Put a place on test. Raises: Invalid for an end that is past or over a day away."""
    if not now < until <= now + LONGEST:
        raise Invalid("This end cannot be.", fields={"until": "choose a time within 24 hours"})
    caller = checks.text_of(caller, "caller")
    if len(caller) > LONGEST_NAME:
        raise Invalid("This name is too long.", fields={"caller": "write at most 200 characters"})
    window = MaintenanceWindow.objects.create(
        title=place.name[:LONGEST_NAME],
        reason=f"on test for {caller}",
        starts_at=now,
        ends_at=until,
        site_ids=[str(place.site.pk)] if place.site and not place.device else [],
        device_ids=[str(place.device.pk)] if place.device else [],
        zones=[place.zone] if place.zone else [],
        is_test=True,
        caller=caller,
        created_at=now,
        created_by_id=checks.user_id_of(by),
    )
    _forget_old(now)
    after = {"place": place.name, "caller": caller, "until": until.isoformat()}
    _tell(window, "test.started", after, by, now)
    return window


@transaction.atomic
def end(window_id: UUID, *, by: Actor, now: datetime) -> MaintenanceWindow:
    """End a test early. Raises: Conflict where it is over."""
    window = MaintenanceWindow.objects.select_for_update().get(pk=window_id, is_test=True)
    if window.ends_at <= now:
        raise Conflict("This test is over.")
    before = {"until": window.ends_at.isoformat()}
    # A window has some length; what it covers is judged by its times later, too.
    window.ends_at = max(now, window.starts_at + timedelta(milliseconds=1))
    window.save(update_fields=["ends_at"])
    ask_anew(f"test:{window.pk}", now)
    _tell(window, "test.ended", before, by, now)
    return window


def _forget_old(now: datetime) -> None:
    """Stop asking each report about tests that are long over; they stay on record."""
    old = MaintenanceWindow.objects.filter(is_test=True, is_active=True)
    old.filter(ends_at__lt=now - REMEMBERED).update(is_active=False)


def _tell(
    window: MaintenanceWindow, action: str, told: Mapping[str, object], by: Actor, now: datetime
) -> None:
    audit.record(by, action, "test", window.pk, at=now, after=told)
    streams.touch(now)
    bus.publish(CHANGED, {"window_id": str(window.pk)}, at=now)

"""Record positions, and count the signs of people. A batch, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from watchfloor.aiops.operation.events import Activity, Fix, TourScan
from watchfloor.aiops.types import Seconds
from watchfloor.domain.activity.models import Position, SignCount
from watchfloor.domain.activity.selectors import SIGNALS
from watchfloor.domain.naming.happenings import Happening
from watchfloor.domain.people.models import Person
from watchfloor.platform import bulk
from watchfloor.platform.ids import uuid7
from watchfloor.platform.jobs.retention import delete_in_batches
from watchfloor.platform.moments import moment
from watchfloor.platform.tenancy.context import require_tenant_id

STREAMS = ("activity", "positions", "tours")
"""Streams in which people give signs."""
WINDOW: Seconds = 300
KEPT = timedelta(days=90)

_ROWS = bulk.Shape.of(
    "id text, begins_at float8, site_id text, person_code text, phone_events int4,"
    " location_updates int4, tasks_completed int4, tour_checkpoints int4, movement_m float8,"
    " without_site int4, last_at float8"
)
_ADD = f"""
INSERT INTO activity_signcount AS s (id, tenant_id, begins_at, site_id, person_code, phone_events,
    location_updates, tasks_completed, tour_checkpoints, movement_m, without_site, last_at)
SELECT x.id::uuid, %b, to_timestamp(x.begins_at), x.site_id::uuid, x.person_code, x.phone_events,
    x.location_updates, x.tasks_completed, x.tour_checkpoints, x.movement_m, x.without_site,
    to_timestamp(x.last_at)
FROM {_ROWS.source()}
ON CONFLICT (tenant_id, begins_at, site_id, person_code) DO UPDATE SET
    phone_events = s.phone_events + excluded.phone_events,
    location_updates = s.location_updates + excluded.location_updates,
    tasks_completed = s.tasks_completed + excluded.tasks_completed,
    tour_checkpoints = s.tour_checkpoints + excluded.tour_checkpoints,
    movement_m = s.movement_m + excluded.movement_m,
    without_site = s.without_site + excluded.without_site,
    last_at = greatest(s.last_at, excluded.last_at)"""  # noqa: S608
_HEARD = bulk.Shape.of(
    "id text, site_id text, phone_events float8, location_updates float8, tasks_completed float8,"
    " tour_checkpoints float8"
)
_NOTE = f"""
INSERT INTO activity_siteheard AS s (id, tenant_id, site_id, phone_events_at,
    location_updates_at, tasks_completed_at, tour_checkpoints_at)
SELECT x.id::uuid, %b, x.site_id::uuid, to_timestamp(x.phone_events),
    to_timestamp(x.location_updates), to_timestamp(x.tasks_completed),
    to_timestamp(x.tour_checkpoints)
FROM {_HEARD.source()}
ON CONFLICT (site_id) DO UPDATE SET
    phone_events_at = greatest(s.phone_events_at, excluded.phone_events_at),
    location_updates_at = greatest(s.location_updates_at, excluded.location_updates_at),
    tasks_completed_at = greatest(s.tasks_completed_at, excluded.tasks_completed_at),
    tour_checkpoints_at = greatest(s.tour_checkpoints_at, excluded.tour_checkpoints_at)"""  # noqa: S608

_Counted = dict[tuple[Seconds, UUID, str], "_Signs"]
"""By window, site and person."""


@dataclass(slots=True)
class _Signs:
    phone_events: int = 0
    location_updates: int = 0
    tasks_completed: int = 0
    tour_checkpoints: int = 0
    movement_m: float = 0.0
    without_site: int = 0
    last_at: Seconds = 0.0

    def hear(self, one: Happening) -> None:
        event, number = one.event, 1
        self.last_at = max(self.last_at, one.at)
        if isinstance(event, Fix):
            self.location_updates += 1
        elif isinstance(event, TourScan):
            self.tour_checkpoints += 1
        elif isinstance(event, Activity):
            number = 0 if event.kind == "movement" else round(event.amount)
            if event.kind == "phone":
                self.phone_events += number
            elif event.kind == "task":
                self.tasks_completed += number
            else:
                self.movement_m += event.amount
        if one.site_id is None:
            self.without_site += number


def record_positions(happenings: Sequence[Happening], now: datetime) -> None:
    rows = [_position(one, one.event) for one in happenings if isinstance(one.event, Fix)]
    Position.objects.bulk_create(rows, ignore_conflicts=True)


def count_signs(happenings: Iterable[Happening]) -> None:
    """Add the signs up. One that names no site counts at the person's home site, if any."""
    signs = [one for one in happenings if isinstance(one.event, Activity | Fix | TourScan)]
    homes = _homes({one.person_id for one in signs if one.site_id is None and one.person_id})
    counted: _Counted = {}
    lately: _Counted = {}
    for one in signs:
        site = one.site_id or homes.get(one.person_id)
        if site is not None:
            person: str = getattr(one.event, "person", "")
            key = (one.at // WINDOW * WINDOW, site, person)
            counted.setdefault(key, _Signs()).hear(one)
            if not one.is_history:
                lately.setdefault(key, _Signs()).hear(one)
    if counted:
        rows = [
            (uuid7().hex, begins_at, site.hex, person, *astuple(told))
            for (begins_at, site, person), told in counted.items()
        ]
        bulk.run(_ADD, [require_tenant_id(), *_ROWS.arrays(rows)])
        _note_heard(lately)


def _note_heard(counted: _Counted) -> None:
    """Note when each site last gave a sign of each kind. History is no reason to miss more."""
    heard: dict[UUID, dict[str, Seconds]] = {}
    for (_, site, _), told in counted.items():
        lasts = heard.setdefault(site, {})
        for name in SIGNALS:
            if getattr(told, name):
                lasts[name] = max(lasts.get(name, 0.0), told.last_at)
    rows = [
        (uuid7().hex, site.hex, *(lasts.get(name) for name in SIGNALS))
        for site, lasts in heard.items()
    ]
    if not rows:
        return
    bulk.run(_NOTE, [require_tenant_id(), *_HEARD.arrays(rows)])


def forget(now: datetime) -> None:
    """Delete what is older than 90 days of the tenant in scope."""
    delete_in_batches(Position.objects.filter(at__lt=now - KEPT))
    delete_in_batches(SignCount.objects.filter(begins_at__lt=now - KEPT))


def _homes(people: set[UUID]) -> dict[UUID | None, UUID | None]:
    if not people:
        return {}
    return dict(Person.objects.filter(pk__in=people).values_list("pk", "home_site_id"))


def _position(one: Happening, event: Fix) -> Position:
    return Position(
        id=UUID(one.event_id),
        at=moment(one.at),
        site_id=one.site_id,
        person_id=one.person_id,
        asset=event.asset,
        device_code=event.device,
        latitude=event.lat,
        longitude=event.lon,
        accuracy_m=event.accuracy,
        is_mocked=event.mock,
    )

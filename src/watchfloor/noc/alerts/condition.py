"""How devices are now: in alarm, on test, in maintenance, unheard, or well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from watchfloor.domain.devices.models import Device
from watchfloor.noc.alerts import rules
from watchfloor.noc.alerts.models import MaintenanceWindow, NOCAlertEvent
from watchfloor.noc.alerts.standing import CALM, Standing, of_things
from watchfloor.platform.accounts.scope import Scope

UNHEARD_AFTER = timedelta(days=30)
"""Most devices speak in an alarm only: a shorter silence says nothing of them."""


class State(StrEnum):
    """What matters most about a device, the worst first."""

    ALARM = "alarm"
    TEST = "test"
    MAINTENANCE = "maintenance"
    UNHEARD = "unheard"
    WELL = "well"


@dataclass(frozen=True, slots=True)
class Condition:
    standing: Standing
    is_on_test: bool
    is_in_maintenance: bool
    is_heard: bool

    @property
    def state(self) -> State:
        if self.standing.count:
            return State.ALARM
        if self.is_on_test:
            return State.TEST
        if self.is_in_maintenance:
            return State.MAINTENANCE
        return State.WELL if self.is_heard else State.UNHEARD


def conditions(scope: Scope, devices: QuerySet[Device], now: datetime) -> dict[UUID, Condition]:
    """Return how each of the devices is. Three queries."""
    lately = NOCAlertEvent.objects.filter(
        device_id=OuterRef("pk"), last_received_at__gte=now - UNHEARD_AFTER
    )
    rows = devices.order_by().annotate(is_heard=Exists(lately))
    standings = of_things(scope, "device", devices.order_by().values("pk"))
    windows = [_Covered.of(row) for row in _open_windows(now)]
    return {
        pk: _condition(standings.get(pk, CALM), windows, (client, site, pk), is_heard)
        for pk, client, site, is_heard in rows.values_list(
            "pk", "site__client_id", "site_id", "is_heard"
        )
    }


def last_heard(devices: QuerySet[Device]) -> dict[UUID, datetime]:
    """Return when each of the devices was last heard of, where it ever was. One query."""
    rows = NOCAlertEvent.objects.filter(device__in=devices.order_by().values("pk"))
    return dict(rows.values_list("device_id").annotate(at=Max("last_received_at")))


def _open_windows(now: datetime) -> list[MaintenanceWindow]:
    """Return the tests and windows that hold now for all that a device may say."""
    whole = MaintenanceWindow.objects.filter(is_active=True, alert_types=[], zones=[])
    over = Q(recurrence="none", ends_at__lte=now) | Q(until__lte=now)
    begun = whole.filter(starts_at__lte=now).exclude(over)
    return [row for row in begun if rules.window_of(row, {}).schedule.open_at(now.timestamp())]


@dataclass(frozen=True, slots=True)
class _Covered:
    """What an open window is about. A part that is empty means all; the others must all agree."""

    is_test: bool
    parts: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, row: MaintenanceWindow) -> _Covered:
        ids: tuple[list[Any], ...] = (row.client_ids, row.site_ids, row.device_ids)
        return cls(row.is_test, tuple(frozenset(map(str, part)) for part in ids))

    def holds(self, names: tuple[str, ...]) -> bool:
        return all(not part or name in part for part, name in zip(self.parts, names, strict=True))


def _condition(
    standing: Standing,
    windows: Iterable[_Covered],
    where: tuple[UUID | None, UUID | None, UUID],
    is_heard: bool,
) -> Condition:
    names = tuple(map(str, where))
    kinds = {window.is_test for window in windows if window.holds(names)}
    return Condition(standing, True in kinds, False in kinds, is_heard)

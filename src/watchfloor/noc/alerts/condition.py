"""How devices are now: in alarm, on test, in maintenance, unheard, or well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Conditions:
    """What decides now on the condition of each device of some."""

    standings: Mapping[UUID, Standing]
    windows: Sequence[_Covered]

    @classmethod
    def read(cls, scope: Scope, devices: QuerySet[Device], now: datetime) -> Conditions:
        """Read what fires at the devices, and which windows are open. Two queries."""
        standings = of_things(scope, "device", devices.order_by().values("pk"))
        return cls(standings, [_Covered.of(row) for row in _open_windows(now)])

    def of(
        self, device_id: UUID, client_id: UUID | None, site_id: UUID | None, *, is_heard: bool
    ) -> Condition:
        kinds: set[bool] = set()
        if self.windows:  # it takes longer to spell ten thousand ids than to read them
            names = (str(client_id), str(site_id), str(device_id))
            kinds = {window.is_test for window in self.windows if window.holds(names)}
        standing = self.standings.get(device_id, CALM)
        return Condition(standing, True in kinds, False in kinds, is_heard)


def heard_lately(now: datetime) -> Exists:
    """Return whether a device was heard of lately, for a query of devices."""
    since = now - UNHEARD_AFTER
    return Exists(
        NOCAlertEvent.objects.filter(device_id=OuterRef("pk"), last_received_at__gte=since)
    )


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

"""A tenant's rules of the alert stage, from its settings and rows to the core's words."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import msgspec

from watchfloor.aiops.alerts.policy import AlertPolicy
from watchfloor.aiops.alerts.suppression import (
    Comparison,
    MaintenanceWindow,
    Matcher,
    Silence,
    Suppressions,
)
from watchfloor.aiops.alerts.windows import Every, Recurrence, Schedule
from watchfloor.aiops.noise.policy import NoisePolicy
from watchfloor.domain.devices.models import Device
from watchfloor.domain.org.models import Client, Site
from watchfloor.noc.alerts import models
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.models import Tenant

_TESTS = {"eq": Comparison.IS, "in": Comparison.ONE_OF, "glob": Comparison.LIKE}
_EVERY = {"daily": Every.DAY, "weekly": Every.WEEK}


def policy() -> AlertPolicy:
    """Return the tenant's times and counts. Raises: ConfigError if its settings are nonsense."""
    settings = Tenant.objects.values_list("settings", flat=True).get(pk=require_tenant_id())
    return msgspec.convert(settings.get("alerts", {}), AlertPolicy)


def limits() -> tuple[AlertPolicy, NoisePolicy]:
    """Return both the times and counts of alerts, and how far the machine may keep them back.

    Raises: ConfigError if the tenant's settings are nonsense.
    """
    settings = Tenant.objects.values_list("settings", flat=True).get(pk=require_tenant_id())
    return (
        msgspec.convert(settings.get("alerts", {}), AlertPolicy),
        msgspec.convert(settings.get("noise", {}), NoisePolicy),
    )


def noise() -> NoisePolicy:
    return limits()[1]


def suppressions() -> Suppressions:
    """Return what is announced and silenced, whether or not it holds now."""
    windows = list(models.MaintenanceWindow.objects.filter(is_active=True))
    silences = models.Silence.objects.filter(lifted_at=None)
    codes = codes_of(windows)
    return Suppressions(
        windows=tuple(window_of(row, codes) for row in windows),
        silences=tuple(silence_of(row) for row in silences),
    )


def window_of(row: models.MaintenanceWindow, codes: dict[str, str]) -> MaintenanceWindow:
    """Return the window by the names of the core. Raises: ConfigError if its times are nonsense."""
    return MaintenanceWindow(
        id=str(row.pk),
        reason=row.reason or row.title,
        schedule=Schedule(
            starts_at=row.starts_at.timestamp(),
            ends_at=row.ends_at.timestamp(),
            recurrence=_recurrence(row),
            zone=row.time_zone,
        ),
        clients=frozenset(codes.get(pk, pk) for pk in row.client_ids),
        sites=frozenset(codes.get(pk, pk) for pk in row.site_ids),
        devices=frozenset(codes.get(pk, pk) for pk in row.device_ids),
        alert_types=frozenset(row.alert_types),
        zones=frozenset(row.zones),
        is_test=row.is_test,
    )


def silence_of(row: models.Silence) -> Silence:
    """Return the silence. Raises: ConfigError if a matcher names no field."""
    return Silence(
        id=str(row.pk),
        matchers=tuple(matcher_of(matcher) for matcher in row.matchers),
        starts_at=row.created_at.timestamp(),
        until=row.ends_at.timestamp(),
        reason=row.reason,
    )


def matcher_of(matcher: dict[str, object]) -> Matcher:
    value = matcher["value"]
    values = tuple(map(str, value)) if isinstance(value, list) else (str(value),)
    return Matcher(str(matcher["field"]), _TESTS[str(matcher["op"])], values)


def _recurrence(row: models.MaintenanceWindow) -> Recurrence | None:
    every = _EVERY.get(row.recurrence)
    if every is None:
        return None
    until = row.until.timestamp() if row.until else None
    return Recurrence(every=every, weekdays=frozenset(row.weekdays), until=until)


def codes_of(windows: Iterable[models.MaintenanceWindow]) -> dict[str, str]:
    """Return the codes of what the windows name: the core knows places by code."""
    rows = list(windows)
    found: dict[str, str] = {}
    for model, column in ((Client, "client_ids"), (Site, "site_ids"), (Device, "device_ids")):
        ids = {UUID(pk) for row in rows for pk in getattr(row, column)}
        if ids:
            named = model.objects.filter(pk__in=ids).values_list("pk", "code")
            found |= {str(pk): code for pk, code in named}
    return found

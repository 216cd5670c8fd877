"""Declaring when nobody is to be told: maintenance windows and silences, each on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from watchfloor.aiops.errors import ConfigError
from watchfloor.noc.alerts import checks, rules
from watchfloor.noc.alerts import stream as streams
from watchfloor.noc.alerts.models import MaintenanceWindow, NOCAlertEvent, Silence
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Invalid, NotFound

Values = Mapping[str, object]
Matchers = Sequence[Mapping[str, object]]


@transaction.atomic
def declare_window(values: Values, *, by: Actor, now: datetime) -> MaintenanceWindow:
    """Declare a window. Raises: Invalid if its times make no sense."""
    window = window_of(values, by=by, now=now)
    window.save()
    audit.record(by, "window.declared", "window", window.pk, at=now, after=_shown(values))
    return window


@transaction.atomic
def change_window(
    window_id: UUID, values: Values, *, by: Actor, now: datetime
) -> MaintenanceWindow:
    """Change a window; what it keeps quiet is asked anew."""
    window = _window(window_id)
    before = {name: getattr(window, name) for name in values}
    for name, value in values.items():
        setattr(window, name, value)
    _check_window(window)
    window.save()
    ask_anew(f"maintenance:{window.pk}", now)
    audit.record(
        by,
        "window.changed",
        "window",
        window.pk,
        at=now,
        before=_shown(before),
        after=_shown(values),
    )
    return window


@transaction.atomic
def end_window(window_id: UUID, *, by: Actor, now: datetime) -> None:
    """End a window for good; what it keeps quiet is asked anew."""
    window = _window(window_id)
    window.is_active = False
    window.save(update_fields=["is_active"])
    ask_anew(f"maintenance:{window.pk}", now)
    audit.record(by, "window.ended", "window", window.pk, at=now)


@transaction.atomic
def silence(
    matchers: Matchers,
    *,
    ends_at: datetime,
    reason: str,
    by: Actor,
    now: datetime,
) -> Silence:
    """Keep quiet what matches, until a time. Raises: Invalid if a matcher names no field."""
    row = silence_of(matchers, ends_at=ends_at, now=now)
    row.reason = checks.text_of(reason, "reason")
    row.created_by_id = checks.user_id_of(by)
    row.save()
    after = {"matchers": matchers, "ends_at": ends_at.isoformat(), "reason": row.reason}
    audit.record(by, "silence.made", "silence", row.pk, at=now, after=after)
    return row


@transaction.atomic
def lift_silence(silence_id: UUID, *, by: Actor, now: datetime) -> None:
    """End a silence early; what it keeps quiet is asked anew."""
    row = Silence.objects.select_for_update().filter(pk=silence_id, lifted_at=None).first()
    if row is None:
        raise NotFound("There is no such silence.")
    row.lifted_at = now
    row.save(update_fields=["lifted_at"])
    ask_anew(f"silence:{row.pk}", now)
    audit.record(by, "silence.lifted", "silence", row.pk, at=now)


def window_of(values: Values, *, by: Actor | None, now: datetime) -> MaintenanceWindow:
    """Return the window unsaved. Raises: Invalid if its times make no sense."""
    made_by = None if by is None else checks.user_id_of(by)
    window = MaintenanceWindow(**values, is_test=False, created_at=now, created_by_id=made_by)
    _check_window(window)
    return window


def silence_of(matchers: Matchers, *, ends_at: datetime, now: datetime) -> Silence:
    """Return the silence unsaved. Raises: Invalid if a matcher names no field."""
    row = Silence(matchers=matchers, ends_at=ends_at, created_at=now)
    try:
        rules.silence_of(row)
    except (ConfigError, KeyError) as error:
        raise Invalid("This silence makes no sense.", fields={"matchers": str(error)}) from None
    return row


def _window(window_id: UUID) -> MaintenanceWindow:
    known = MaintenanceWindow.objects.select_for_update()
    window = known.filter(pk=window_id, is_active=True, is_test=False).first()
    if window is None:
        raise NotFound("There is no such maintenance window.")
    return window


def _check_window(window: MaintenanceWindow) -> None:
    try:
        rules.window_of(window, {})
    except ConfigError as error:
        raise Invalid("These times make no sense.", fields={"window": str(error)}) from None


def ask_anew(suppressed_by: str, now: datetime) -> None:
    """Let the next sweep re-evaluate what this rule keeps quiet."""
    NOCAlertEvent.objects.filter(suppressed_by=suppressed_by).update(suppressed_until=None)
    streams.touch(now)


def _shown(values: Values) -> dict[str, object]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }

"""A source's silence as a report of the floor's own, on the same way as every other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.types import Severity, Signal
from watchfloor.noc.intake.models import OURSELVES
from watchfloor.noc.rhythm.models import LimitBy
from watchfloor.noc.rhythm.selectors import Standing
from watchfloor.platform.accounts.models import Integration
from watchfloor.platform.ids import uuid7

SOURCE_SILENT = "SOURCE_SILENT"
LASTS = timedelta(days=400)
"""It fires until the source speaks again, however long that takes."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What the living keys of a source say of where it is: the place, where all name the same."""

    client: str = ""
    site: str = ""


def silent(source: Integration, standing: Standing, keys: Keys, now: datetime) -> Report:
    return _report(source, keys, Signal.FIRING, _said(source, standing), now)


def over(source: Integration, keys: Keys, now: datetime) -> Report:
    return _report(source, keys, Signal.RESOLVED, f"{source.name} is no longer silent.", now)


def _report(source: Integration, keys: Keys, status: Signal, message: str, now: datetime) -> Report:
    return Report(
        event_id=uuid7().hex,
        integration=OURSELVES,
        received_at=now.timestamp(),
        alert_type=SOURCE_SILENT,
        status=status,
        severity=Severity.HIGH,
        timestamp=now.timestamp(),
        source="watchfloor",
        client=keys.client,
        site=keys.site,
        entity_type="source",
        entity_id=source.name,
        message=message,
        dedup_key=f"source:{source.number}",
        key_is_identity=True,
        silence=LASTS.total_seconds(),
    )


def _said(source: Integration, standing: Standing) -> str:
    since = f"{standing.quiet_since:%Y-%m-%d %H:%M} UTC"
    told = f"{source.name} has sent nothing since {since}."
    if standing.limit is None:
        return told
    limit = words(standing.limit)
    if standing.limit_by == LimitBy.FIXED:
        return f"{told} Somebody has set that it is silent after {limit}."
    usual = words(standing.usual or standing.limit)
    return (
        f"{told} It speaks about every {usual} at this hour: {limit} without a word is unlike it."
    )


def words(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    if minutes < 120:
        return f"{max(minutes, 1)} min"
    hours = round(minutes / 60)
    return f"{hours} h" if hours < 48 else f"{round(hours / 24)} days"

"""What a window or a silence would keep quiet of what fires now, before anybody declares it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from watchfloor.aiops.alerts.protection import Protection
from watchfloor.aiops.alerts.suppression import Suppressions
from watchfloor.aiops.types import Seconds
from watchfloor.noc.alerts import quieting, rules, selectors
from watchfloor.noc.alerts.models import NOCAlertEvent, SignalState
from watchfloor.noc.alerts.subjects import ALERTS, COLUMNS, subject_of
from watchfloor.platform import bulk
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.tenancy.context import require_tenant_id

MOST = 10_000
SHOWN = 10

_FIRING = f"""
SELECT a.id, {COLUMNS} FROM {ALERTS}
WHERE a.tenant_id = %b AND a.id = ANY(%b::uuid[])
ORDER BY a.last_seen_at DESC, a.id DESC"""  # noqa: S608  names of our own columns


@dataclass(frozen=True, slots=True)
class Preview:
    """Of `looked_at` alerts that fire, `number` would be kept quiet; `alerts` are the first ten.

    `protected` match as well and are told all the same. Of more than 10,000 that fire, the newest
    are looked at.
    """

    looked_at: int
    number: int
    protected: int
    alerts: Sequence[NOCAlertEvent]


def of_window(values: quieting.Values, *, scope: Scope, now: datetime) -> Preview:
    """Ask as of its first opening, whenever that is. Raises: Invalid if it makes no sense."""
    row = quieting.window_of(values, by=None, now=now)
    window = rules.window_of(row, rules.codes_of([row]))
    return _preview(Suppressions([window]), scope=scope, at=window.schedule.starts_at)


def of_silence(
    matchers: quieting.Matchers, *, ends_at: datetime, scope: Scope, now: datetime
) -> Preview:
    """Ask as of now. Raises: Invalid if a matcher names no field."""
    row = quieting.silence_of(matchers, ends_at=ends_at, now=now)
    return _preview(Suppressions([], [rules.silence_of(row)]), scope=scope, at=now.timestamp())


def _preview(wanted: Suppressions, *, scope: Scope, at: Seconds) -> Preview:
    firing = selectors.visible(scope).filter(signal=SignalState.FIRING)
    newest = firing.order_by("-last_seen_at", "-id").values_list("id", flat=True)[:MOST]
    own_types = rules.policy().life_safety_types
    quiet: list[UUID] = []
    rows = bulk.run(_FIRING, [require_tenant_id(), list(newest)])
    protected = 0
    for pk, *columns in rows:
        subject = subject_of(columns, own_types)
        if wanted.applying(subject, at):
            quiet.append(pk)
        elif wanted.applying(msgspec.structs.replace(subject, protection=Protection.NONE), at):
            protected += 1
    found: Mapping[UUID, NOCAlertEvent] = NOCAlertEvent.objects.in_bulk(quiet[:SHOWN])
    return Preview(len(rows), len(quiet), protected, [found[pk] for pk in quiet[:SHOWN]])

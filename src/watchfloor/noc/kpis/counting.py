"""Counts what began, by the hour and the place; hours that are over are counted once and kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet, Sum

from watchfloor.noc.kpis.models import KpiHour, KpiReading
from watchfloor.platform import bulk
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.tenancy.context import require_tenant_id

ALERTS, DEDUPED, INCIDENTS, QUIET = "alerts", "deduped", "incidents", "quiet:"
QUIET_GAP = timedelta(minutes=30)
"""A gap over this begins a new alert for plain de-duplication."""
SETTLES = timedelta(hours=1)
"""So long after its end an hour changes no more: late reports land within 45 minutes."""
HOUR = timedelta(hours=1)
LARGEST_SHARE = 0.05
"""Counting one tenant takes at most this share of a core's time."""
SLOW = 0.5
"""Seconds from which on a count is shared for a while. Measured: 8 us for each new alert of the
last hour or two, so 1 s at 1,000 a minute; an index on memberships by time saved nothing."""

LATEST = timedelta(hours=6)
"""So far behind the stream's clock a report is still believed: it may leave a bout that is newer
than when its alert was last heard of."""
# Alerts are found by when they were last heard of, which the index knows and which is never
# before they began: no further index has to be kept at intake.
_COUNT = """
WITH heard AS MATERIALIZED (
    SELECT a.id, a.fingerprint, a.client_id, a.site_id, a.suppressed_by, a.first_seen_at
    FROM alerts_nocalertevent a
    WHERE a.tenant_id = %b AND a.last_seen_at >= %b::timestamptz - %b::interval
), bouts AS (
    SELECT m.started_at, h.client_id, h.site_id,
        max(m.last_at) OVER (
            PARTITION BY h.fingerprint ORDER BY m.started_at
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS before
    FROM heard h JOIN clustering_clustermembership m ON m.tenant_id = %b AND m.alert_id = h.id
    WHERE m.last_at >= %b::timestamptz - %b::interval
)
SELECT date_trunc('hour', began, 'UTC'), client_id, site_id, kind, count(*) FROM (
    SELECT first_seen_at AS began, client_id, site_id, 'alerts' AS kind FROM heard
    UNION ALL
    SELECT first_seen_at, client_id, site_id, 'quiet:' || split_part(suppressed_by, ':', 1)
    FROM heard WHERE suppressed_by <> ''
    UNION ALL
    SELECT started_at, client_id, site_id, 'deduped' FROM bouts
    WHERE before IS NULL OR started_at - before > %b::interval
    UNION ALL
    SELECT opened_at, client_id, site_id, 'incidents' FROM incidents_nocincident
    WHERE tenant_id = %b AND is_listed AND opened_at >= %b AND opened_at < %b
) AS all_of_them WHERE began >= %b AND began < %b GROUP BY 1, 2, 3, 4"""


class Count(NamedTuple):
    starts_at: datetime
    client_id: UUID | None
    site_id: UUID | None
    kind: str
    number: int


class Lately(NamedTuple):
    """A count that was slow, and how long it is used."""

    until: datetime
    lasts: timedelta
    rows: list[Count]


_slow: dict[tuple[int, datetime], Lately] = {}
"""The last count of this process that was slow, of each tenant and beginning."""


def hour_of(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def fresh(since: datetime, until: datetime, reach: timedelta = QUIET_GAP) -> list[Count]:
    """Count from the rows themselves. Costs what was heard of since `reach` before `since`."""
    if since >= until:
        return []
    tenant_id = require_tenant_id()
    heard = [tenant_id, since, reach, tenant_id, since, QUIET_GAP, QUIET_GAP]
    rows = bulk.run(_COUNT, [*heard, tenant_id, since, until, since, until])
    return [Count(*row) for row in rows]


def totals(scope: Scope, since: datetime, until: datetime) -> Counter[str]:
    """Return how many of each kind began; `since` is taken as the beginning of its hour."""
    since = hour_of(since)
    counted = KpiReading.objects.values_list("counted_from", "counted_until").first()
    kept_from, kept_until = counted or (None, None)
    if kept_from is None or kept_until is None or since < kept_from:
        return _sum(fresh(since, until), scope)
    within = min(kept_until, hour_of(until))
    kept = Counter(_kept(scope, since, within)) if since < within else Counter()
    since = max(since, within)
    shared = None if scope.all_clients else _shared(since, until)
    return kept + _sum(_timed(since, until) if shared is None else shared, scope)


def _shared(since: datetime, until: datetime) -> list[Count] | None:
    """Return a slow count of some seconds ago: in a flood the pages of many scopes share it."""
    last = _slow.get((require_tenant_id(), since))
    if last and timedelta() <= until - last.until < last.lasts:
        return last.rows
    return None


def _timed(since: datetime, until: datetime) -> list[Count]:
    """Count as `fresh`, and keep the count if it was slow."""
    key = (require_tenant_id(), since)
    began = perf_counter()
    rows = fresh(since, until)
    cost = perf_counter() - began
    for one, last in list(_slow.items()):
        if one == key or until - last.until >= last.lasts:
            _slow.pop(one, None)
    if cost >= SLOW:
        _slow[key] = Lately(until, timedelta(seconds=cost / LARGEST_SHARE), rows)
    return rows


def count_hours(now: datetime, *, since: datetime) -> int:
    """Keep the counts of the hours that are over, from `since` on or where the last run ended.

    In the caller's transaction. Returns how many rows were kept.
    """
    reading, _ = KpiReading.objects.select_for_update().get_or_create()
    begin = reading.counted_until or hour_of(since)
    end = hour_of(now - SETTLES)
    if begin >= end:
        return 0
    rows = [
        KpiHour(
            starts_at=one.starts_at,
            client_id=one.client_id,
            site_id=one.site_id,
            kind=one.kind,
            number=one.number,
        )
        for one in fresh(begin, end, LATEST)
    ]
    KpiHour.objects.bulk_create(rows, batch_size=2_000)
    reading.counted_from, reading.counted_until = reading.counted_from or begin, end
    reading.save(update_fields=["counted_from", "counted_until"])
    return len(rows)


def _kept(scope: Scope, since: datetime, until: datetime) -> dict[str, int]:
    found: QuerySet[KpiHour] = KpiHour.objects.filter(
        scope.q(), starts_at__gte=since, starts_at__lt=until
    )
    sums = found.values("kind").annotate(total=Sum("number"))
    return dict(sums.values_list("kind", "total"))


def _sum(counts: Iterable[Count], scope: Scope) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counts:
        if scope.covers(one.client_id, one.site_id):
            total[one.kind] += one.number
    return total

"""What time does to incidents, by machine (DESIGN 4.9). Timers go by the tenant's stream clock.

1. Alerts whose senders fell silent expire; reasons to keep quiet that ended are asked anew.
2. An incident whose alerts have all been over for five minutes resolves itself if nobody took it
   in hand; if somebody did, it has recovered and waits for that person. Life safety always waits.
   What kept coming back is over only once it was quiet for longer than it used to be.
3. What people let rest wakes at its time, by the clock on the wall.

Coming back from RESOLVED is not done here: the report that fires again does it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from watchfloor.aiops.alerts.clock import StreamClock
from watchfloor.aiops.types import Seconds
from watchfloor.noc.alerts import expiry
from watchfloor.noc.alerts import stream as streams
from watchfloor.noc.alerts.announce import announce
from watchfloor.noc.alerts.expiry import Aged
from watchfloor.noc.clustering.store import refresh_clusters
from watchfloor.noc.incidents import ending, past, promote, store
from watchfloor.noc.incidents.models import IncidentState
from watchfloor.noc.incidents.store import Entry, incident_id
from watchfloor.platform import bulk
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import require_tenant_id, tenant_scope
from watchfloor.platform.tenancy.locks import lock_flow

RECOVERY: Seconds = 300.0
MOST = 1_000
# Flapping ends at no time that is known beforehand.
ASK_AGAIN: Seconds = 30.0
NEVER: Seconds = math.inf


@dataclass(frozen=True, slots=True)
class Outlook:
    """When time next has something to do, unless a batch or an act comes before.

    `due_at` is on the stream clock, `wakes_at` on the wall's.
    """

    due_at: Seconds = NEVER
    wakes_at: Seconds = NEVER

    def is_due(self, clock: StreamClock, now: datetime) -> bool:
        wall = now.timestamp()
        return self.due_at <= clock.now(wall) or self.wakes_at <= wall


@dataclass(slots=True)
class Swept:
    """Ids of what a sweep changed, and when there is more to do."""

    alerts: set[UUID] = field(default_factory=set)
    incidents: set[UUID] = field(default_factory=set)
    resolved: list[UUID] = field(default_factory=list)
    recovered: list[UUID] = field(default_factory=list)
    next: Outlook = field(default_factory=Outlook)


def sweep(tenant_id: int, now: datetime) -> Swept:
    """Let time pass for a tenant's alerts and incidents. Repeating it changes nothing.

    Where nothing is due it costs two small queries; else it waits for the tenant's lock. One
    audit row for all that the machine did.
    """
    swept = Swept()
    with tenant_scope(tenant_id), transaction.atomic():
        swept.next = outlook()
        if not swept.next.is_due(streams.load().clock, now):
            return swept
        lock_flow(tenant_id)
        at = streams.load().clock.now(now.timestamp())
        _age_alerts(swept, at, now)
        _wake(swept, now)
        _settle(swept, at, now)
        if swept.resolved or swept.recovered:
            after = {
                name: list(map(str, getattr(swept, name))) for name in ("resolved", "recovered")
            }
            audit.record(SYSTEM, "incident.swept", "tenant", tenant_id, at=now, after=after)
        announce(sorted(swept.incidents), sorted(swept.alerts), now=now)
        swept.next = outlook(asked_at=at)
    return swept


_NEXT = """
SELECT least(
    (SELECT min(a.expires_at) FROM alerts_nocalertevent a
     WHERE a.tenant_id = mine.tenant AND a.signal = 1),
    (SELECT min(a.suppressed_until) FROM alerts_nocalertevent a
     WHERE a.tenant_id = mine.tenant AND a.suppressed_by <> ''),
    (SELECT to_timestamp(mine.asked_at + %b) WHERE EXISTS (
        SELECT FROM alerts_nocalertevent a WHERE a.tenant_id = mine.tenant
            AND a.suppressed_by <> '' AND a.suppressed_until IS NULL)),
    (SELECT min((
        SELECT greatest(
            coalesce(max(a.resolved_at), c.last_alert_at) + make_interval(secs => %b),
            max(a.settles_at))
        FROM alerts_nocalertevent a
        WHERE a.tenant_id = mine.tenant AND a.cluster_id = c.id
     ))
     FROM incidents_nocincident i JOIN clustering_alertcluster c ON c.id = i.cluster_id
     WHERE i.tenant_id = mine.tenant AND i.state NOT IN ('RESOLVED', 'CLOSED')
        AND i.recovered_at IS NULL AND NOT c.is_active)
), least(
    (SELECT min(a.snoozed_until) FROM alerts_nocalertevent a WHERE a.tenant_id = mine.tenant),
    (SELECT min(i.snoozed_until) FROM incidents_nocincident i WHERE i.tenant_id = mine.tenant)
)
FROM (SELECT %b::int8 AS tenant, %b::float8 AS asked_at) AS mine"""


def outlook(*, asked_at: Seconds = 0.0) -> Outlook:
    """Return when time next has something to do for the tenant in scope.

    What is kept quiet without an end was last asked at the stream's time `asked_at`.
    """
    stated = [ASK_AGAIN, RECOVERY, require_tenant_id(), asked_at]
    [(due, wake)] = bulk.run(_NEXT, stated)
    return Outlook(_seconds(due), _seconds(wake))


def _seconds(moment: datetime | None) -> Seconds:
    return NEVER if moment is None else moment.timestamp()


def _age_alerts(swept: Swept, at: Seconds, now: datetime) -> None:
    aged = [*expiry.expire_alerts(at), *expiry.ask_again(at)]
    clusters = _note(swept, aged)
    store.write_timeline(promote.refresh(refresh_clusters(clusters), now=now))


def _wake(swept: Swept, now: datetime) -> None:
    _note(swept, expiry.wake_alerts(now))
    rows = bulk.run(
        "UPDATE incidents_nocincident SET snoozed_until = NULL, version = version + 1,"
        " updated_at = %b WHERE tenant_id = %b AND snoozed_until <= %b RETURNING id",
        [now, require_tenant_id(), now],
    )
    woken = [pk for (pk,) in rows]
    swept.incidents.update(woken)
    store.write_timeline(Entry(pk, now, "woke", "Its rest is over") for pk in woken)


def _note(swept: Swept, aged: Iterable[Aged]) -> set[UUID]:
    """Note what changed; return the clusters concerned."""
    rows = list(aged)
    clusters = {one.cluster_id for one in rows if one.cluster_id is not None}
    swept.alerts.update(one.alert_id for one in rows)
    swept.incidents.update(incident_id(pk) for pk in clusters)
    return clusters


_OVER = """
SELECT i.id, i.cluster_id, i.state = 'NEW' AND i.escalated_at IS NULL AND NOT i.is_life_safety
FROM incidents_nocincident i
JOIN clustering_alertcluster c ON c.id = i.cluster_id
CROSS JOIN LATERAL (
    SELECT max(a.resolved_at) AS ended_at, max(a.settles_at) AS settles_at
    FROM alerts_nocalertevent a
    WHERE a.tenant_id = i.tenant_id AND a.cluster_id = c.id
) AS members
WHERE i.tenant_id = %b AND i.state NOT IN ('RESOLVED', 'CLOSED') AND i.recovered_at IS NULL
    AND NOT c.is_active
    AND coalesce(members.ended_at, c.last_alert_at) <= to_timestamp(%b)
    AND coalesce(members.settles_at, '-infinity') <= to_timestamp(%b)
ORDER BY i.id LIMIT %b"""


def _settle(swept: Swept, at: Seconds, now: datetime) -> None:
    """Resolve or mark the incidents whose alerts have been over for long enough."""
    over = bulk.run(_OVER, [require_tenant_id(), at - RECOVERY, at, MOST])
    moment = datetime.fromtimestamp(at, UTC)
    swept.recovered = [pk for pk, _, untouched in over if not untouched]
    swept.resolved = [pk for pk, _, untouched in over if untouched]
    settled = [cluster_id for _, cluster_id, untouched in over if untouched]
    swept.alerts.update(one.id for one in ending.resolve_alerts(settled))
    swept.incidents.update(pk for pk, _, _ in over)
    _mark_recovered(swept.recovered, moment, now)
    _mark_resolved(swept.resolved, moment, now)


def _mark_recovered(ids: list[UUID], moment: datetime, now: datetime) -> None:
    if not ids:
        return
    bulk.run(
        "UPDATE incidents_nocincident SET recovered_at = %b, version = version + 1,"
        " updated_at = %b WHERE tenant_id = %b AND id = ANY(%b::uuid[])",
        [moment, now, require_tenant_id(), ids],
    )
    text = "All its alerts are over; it waits for a person"
    store.write_timeline(Entry(pk, now, "recovered", text) for pk in ids)


def _mark_resolved(ids: list[UUID], moment: datetime, now: datetime) -> None:
    if not ids:
        return
    bulk.run(
        "UPDATE incidents_nocincident SET state = %b, recovered_at = %b, resolved_at = %b,"
        " resolved_by_kind = %b, resolved_by_id = '', snoozed_until = NULL,"
        " version = version + 1, updated_at = %b WHERE tenant_id = %b AND id = ANY(%b::uuid[])",
        [
            str(IncidentState.RESOLVED),
            moment,
            now,
            SYSTEM.kind,
            now,
            require_tenant_id(),
            ids,
        ],
    )
    text = "All its alerts are over and nobody had taken it"
    store.write_timeline(
        Entry(pk, now, "resolved", text, data=past.state(IncidentState.RESOLVED)) for pk in ids
    )

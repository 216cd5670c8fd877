"""From reports to incidents: the order of the stages. Read this first.

Everything a batch changes is written in one transaction, with one event of ids for those who
listen. Ids derive from the reports, so that working a batch again names everything alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from watchfloor.aiops.alerts.report import Report
from watchfloor.noc.alerts import stream as streams
from watchfloor.noc.alerts.accept import accept
from watchfloor.noc.alerts.announce import announce
from watchfloor.noc.alerts.keeping import release
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.alerts.store import write_alerts, write_reports
from watchfloor.noc.alerts.work import Worked
from watchfloor.noc.clustering import services as clustering
from watchfloor.noc.clustering.store import refresh_clusters
from watchfloor.noc.incidents.promote import Promoted, promote
from watchfloor.noc.intake.arrival import Arrival
from watchfloor.noc.intake.building import report_of
from watchfloor.noc.intake.reads import Rejected
from watchfloor.noc.teaching import machine as teaching
from watchfloor.platform.accounts.keys import KeyInfo
from watchfloor.platform.errors import Invalid
from watchfloor.platform.tenancy.context import require_tenant_id, tenant_scope
from watchfloor.platform.tenancy.locks import lock_flow


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What became of a batch."""

    worked: list[Worked]
    incidents: Promoted

    @property
    def alert_ids(self) -> list[UUID]:
        """Ids of the alerts that changed, in order of their first report in the batch."""
        return [UUID(pk) for pk in dict.fromkeys(one.alert.id for one in self.worked)]


def process_batch(reports: Sequence[Report], *, tenant_id: int, now: datetime) -> BatchReport:
    """Take reports in, leave alerts, clusters and incidents behind. Waits for the tenant's lock."""
    with tenant_scope(tenant_id), transaction.atomic():
        lock_flow(tenant_id)
        return work(reports, now=now)


def work(reports: Sequence[Report], *, now: datetime) -> BatchReport:
    """Do it in the caller's transaction, under the tenant's lock, which the caller holds.

    The number of queries does not grow with the batch.
    """
    stream = streams.load()
    memory = clustering.begin(stream)
    worked = accept(reports, stream=stream, noise=memory.noise, now=now)
    grouped = clustering.cluster_batch(worked, memory, stream=stream, now=now)
    write_alerts({one.alert.id: one.alert for one in worked}.values())
    released = release(pk for one in worked for pk in one.released)
    grouped.touched |= {one.cluster_id.hex for one in released if one.cluster_id}
    clustering.write(grouped)
    last_number = streams.save(stream, now=now, incidents=len(grouped.opened))
    figures = refresh_clusters(grouped.touched)
    promoted = promote(grouped, figures, last_number=last_number, now=now)
    write_reports(worked)
    merges = [(UUID(source), UUID(into)) for source, into in grouped.merges]
    merged, moved = teaching.note_merges(merges, now=now)
    batch = BatchReport(worked, promoted)
    incidents = dict.fromkeys((*promoted.ids, *merged))
    changed = dict.fromkeys((*batch.alert_ids, *(one.alert_id for one in released), *moved))
    announce(incidents, changed, is_first=promoted.is_life_safety, now=now)
    return batch


class AlertCorrelationService:
    """The specification's door for one alert: `process_batch` with a list of one."""

    @staticmethod
    def process_alert(
        alert: Report | Mapping[str, Any], *, integration_id: int, now: datetime
    ) -> NOCAlertEvent:
        """Work one alert of the tenant in scope, a report or an object as `/api/v1/alerts` takes.

        Returns the alert that it opened or continued. Raises: Invalid if it cannot be read.
        """
        report = alert if isinstance(alert, Report) else _read(alert, integration_id, now)
        batch = process_batch([report], tenant_id=require_tenant_id(), now=now)
        return NOCAlertEvent.objects.get(pk=batch.alert_ids[0])


def _read(alert: Mapping[str, Any], integration_id: int, now: datetime) -> Report:
    inside = KeyInfo(UUID(int=0), require_tenant_id(), integration_id, frozenset({"ingest"}))
    read = report_of(dict(alert), 0, Arrival(inside, now.timestamp()))
    if isinstance(read, Rejected):
        fields = {fault.pointer.lstrip("/") or "alert": fault.message for fault in read.errors}
        raise Invalid("This alert cannot be read.", fields=fields)
    return read

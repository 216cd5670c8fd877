"""From reports to incidents: the order of the stages. Read this first.

Everything a batch changes is written in one transaction, with one event of ids for those who
listen. Ids derive from the reports, so that working a batch again names everything alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from watchfloor.aiops.alerts.report import Report
from watchfloor.noc.alerts import stream as streams
from watchfloor.noc.alerts.accept import accept
from watchfloor.noc.alerts.announce import announce
from watchfloor.noc.alerts.store import write_alerts, write_reports
from watchfloor.noc.alerts.work import Worked
from watchfloor.noc.clustering import services as clustering
from watchfloor.noc.clustering.store import refresh_clusters
from watchfloor.noc.incidents.promote import Promoted, promote
from watchfloor.platform.tenancy.context import tenant_scope
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
    worked = accept(reports, stream=stream, now=now)
    grouped = clustering.cluster_batch(worked, stream=stream, now=now)
    write_alerts({one.alert.id: one.alert for one in worked}.values())
    clustering.write(grouped)
    last_number = streams.save(stream, now=now, incidents=len(grouped.opened))
    figures = refresh_clusters(grouped.touched)
    promoted = promote(grouped, figures, last_number=last_number, now=now)
    write_reports(worked)
    batch = BatchReport(worked, promoted)
    announce(promoted.ids, batch.alert_ids, is_first=promoted.is_life_safety, now=now)
    return batch

"""What the tools sent, as it came, with what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from watchfloor.console import words
from watchfloor.console.reading import Row
from watchfloor.noc.alerts.models import NOCAlertEvent, Report
from watchfloor.noc.incidents import selectors as incidents
from watchfloor.platform.accounts.scope import Scope

ORDER = ("-received_at", "-event_id")


def told(reports: Sequence[Report], scope: Scope) -> list[Row]:
    """Return the reports with their alert and the incident it is in, each read once for all."""
    ids = {row.alert_id for row in reports}
    by_id = NOCAlertEvent.objects.select_related("site", "client").in_bulk(ids)
    clusters = {row.cluster_id for row in reports}
    seen = incidents.visible(scope).filter(cluster_id__in=clusters)
    by_cluster = {one.cluster_id: one for one in seen}
    return [
        {
            "report": row,
            "alert": by_id.get(row.alert_id),
            "incident": by_cluster.get(row.cluster_id),
            "did": words.VERDICTS.get(row.verdict, ""),
        }
        for row in reports
    ]

"""What the tools sent, as it came: the raw sight, beside plain de-duplication and ours."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from watchfloor.console import words
from watchfloor.console.ranges import TimeRange
from watchfloor.console.views.door import PageRequest, page, reader_of
from watchfloor.noc.alerts import selectors as alerts
from watchfloor.noc.alerts.models import NOCAlertEvent, Report
from watchfloor.noc.incidents import selectors as incidents
from watchfloor.platform.accounts.capabilities import VIEW
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.paging import cut

LISTED = 100
ORDER = ("-received_at", "-event_id")


@require_safe
@page(VIEW)
def reports(request: PageRequest) -> HttpResponse:
    scope, when = request.viewer.scope, TimeRange.read(request.GET, reader_of(request))
    came = alerts.reports(scope).filter(when.rule("received_at"))
    found = cut(came, order=ORDER, limit=LISTED, after=request.GET.get("after", ""))
    context = {"rows": _told(found.rows, scope), "after": found.after, "when": when}
    return render(request, "console/reports.html", context)


def _told(rows: list[Report], scope: Scope) -> list[dict[str, Any]]:
    """Return the reports with their alert and the incident it is in, each read once for all."""
    ids = {row.alert_id for row in rows}
    by_id = NOCAlertEvent.objects.select_related("site", "client").in_bulk(ids)
    clusters = {row.cluster_id for row in rows}
    seen = incidents.visible(scope).filter(cluster_id__in=clusters)
    by_cluster = {one.cluster_id: one for one in seen}
    return [
        {
            "report": row,
            "alert": by_id.get(row.alert_id),
            "incident": by_cluster.get(row.cluster_id),
            "did": words.VERDICTS.get(row.verdict, ""),
        }
        for row in rows
    ]

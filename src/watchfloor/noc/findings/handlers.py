"""Answers to events: open pages and programs hear of new findings."""

from __future__ import annotations

from watchfloor.noc.findings.models import AuditFinding
from watchfloor.noc.findings.recording import RAISED
from watchfloor.platform.events.bus import Event, subscribe
from watchfloor.platform.live import frames


@subscribe(RAISED)
def show_findings(event: Event) -> None:
    found = AuditFinding.objects.filter(pk__in=event.payload["finding_ids"])
    rows = found.select_related("site").order_by("-severity", "pk")
    changes = [
        {
            "kind": "finding",
            "id": row.pk,
            "client_id": row.site.client_id,
            "site_id": row.site_id,
            "row": {
                "title": row.title,
                "finding_type": row.finding_type,
                "severity": row.severity,
                "status": row.status,
                "site": row.site.code,
            },
        }
        for row in rows
    ]
    if changes:
        frames.publish(event.tenant_id, changes, at=event.at)

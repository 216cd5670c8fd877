"""Why an alert is where it is, as data and in sentences."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Q

from watchfloor.console.explaining import sentence, turns_in_words
from watchfloor.embedded.errors import Misuse
from watchfloor.noc.alerts.models import NOCAlertEvent, Report, SeverityLevel, SignalState
from watchfloor.noc.clustering import selectors as clusters
from watchfloor.noc.clustering.selectors import Why
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.tenancy.context import require_tenant_id


def explained(alert: NOCAlertEvent) -> dict[str, Any]:
    """Return the alert, its incident, and the reason of each of its bouts."""
    whys = clusters.why_of_alert(alert.pk)
    return {
        "alert_id": alert.pk,
        "alert_type": alert.alert_type,
        "about": alert.entity_id or alert.device_name or alert.person_name or alert.site_name,
        "severity": SeverityLevel(alert.severity).name,
        "signal": SignalState(alert.signal).name.lower(),
        "state": alert.state,
        "occurrence_count": alert.occurrence_count,
        "suppressed_by": alert.suppressed_by,
        "bouts": [_bout(why) for why in whys],
    }


def _bout(why: Why) -> dict[str, Any]:
    return {
        **msgspec.to_builtins(why),
        "would_have_split": [msgspec.to_builtins(turn) for turn in why.would_have_split],
        "in_words": [_sentence(why), *turns_in_words(why)],
        "incident": _incident(why.cluster_id),
        "runner_up": _incident(why.runner_up_id) if why.runner_up_id else None,
    }


def _sentence(why: Why) -> str:
    return sentence(
        why.features, score=why.score, threshold=why.threshold, opened=why.opened_cluster
    )


def _incident(cluster_id: UUID) -> dict[str, Any] | None:
    row = NOCIncident.objects.filter(cluster_id=cluster_id).first()
    if row is None:
        return None
    return {"id": row.pk, "number": row.number, "title": row.title, "state": row.state}


def alert_named(name: str) -> NOCAlertEvent:
    """Return the alert that a person means. Raises: Misuse that says what else to give."""
    try:
        by_id = Q(pk=UUID(name))
        of_report = Q(event_id=UUID(name))
    except ValueError:
        by_id, of_report = Q(dedup_key=name), Q(sender_id=name)
    found = NOCAlertEvent.objects.filter(by_id).order_by("-last_seen_at").first()
    if found is not None:
        return found
    reports = Report.objects.filter(of_report, tenant_id=require_tenant_id())
    newest = reports.order_by("-received_at").first()
    if newest is None:
        raise Misuse(f"no alert, report or key is called {name!r}: see `GET /api/v1/alerts`")
    return NOCAlertEvent.objects.get(pk=newest.alert_id)


def told(found: dict[str, Any]) -> str:
    lines = [
        f"{found['severity']} {found['alert_type']} on {found['about']}, {found['signal']},"
        f" {found['state'].lower()}, {found['occurrence_count']} reports"
        + (f", kept quiet by {found['suppressed_by']}" if found["suppressed_by"] else "")
    ]
    for bout in found["bouts"]:
        incident = bout["incident"]
        where = f"INC-{incident['number']} {incident['title']}" if incident else "no incident"
        lines.append(f"bout {bout['bout']} since {bout['started_at']}: {where}")
        lines.append(f"  {_reason(bout)}")
    return "\n".join(lines)


def _reason(bout: dict[str, Any]) -> str:
    runner_up = bout["runner_up"]
    nearly = (
        f"; the next best was INC-{runner_up['number']} with {bout['runner_up_score']:.2f}"
        if runner_up
        else ""
    )
    features = ", ".join(f"{name} {weight:.2f}" for name, weight in bout["features"])
    figures = f"score {bout['score']:.2f} of {bout['threshold']:.2f} needed: {features}{nearly}"
    said = [*bout["in_words"], f"decided by {bout['decided_by']}; {figures}"]
    return "\n  ".join(said)

"""A finding as a report of the floor's own, on the same way as every other."""

from __future__ import annotations

from datetime import datetime, timedelta

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.types import Severity, Signal
from watchfloor.noc.findings.models import AuditFinding
from watchfloor.noc.intake.models import OURSELVES
from watchfloor.platform.ids import uuid7

ALERT_TYPE = "SECURITY_ANOMALY"
LASTS = timedelta(days=400)
"""It fires until the finding is over, however long that takes."""
TOLD_BY_RULES = frozenset({"TOUR_OVERDUE", "SLA_BREACH"})
"""Rules that watch every event raise an alert of this type themselves, at the minute."""


def key_of(finding: AuditFinding) -> str:
    """Return what the alert of a finding is known by: the same for the same found again."""
    parts = (finding.site.code, finding.finding_type, finding.entity_type, finding.entity_id)
    return "finding:" + ":".join(parts)


def firing(finding: AuditFinding, now: datetime) -> Report:
    return _report(finding, Signal.FIRING, finding.title, now)


def over(finding: AuditFinding, now: datetime) -> Report:
    return _report(finding, Signal.RESOLVED, "The finding is over.", now)


def _report(finding: AuditFinding, status: Signal, message: str, now: datetime) -> Report:
    return Report(
        event_id=uuid7().hex,
        integration=OURSELVES,
        received_at=now.timestamp(),
        alert_type=ALERT_TYPE,
        status=status,
        severity=Severity(finding.severity),
        timestamp=now.timestamp(),
        source="watchfloor",
        client=finding.site.client.code if finding.site.client else "",
        site=finding.site.code,
        entity_type=finding.entity_type,
        entity_id=finding.entity_id,
        device=finding.entity_id if finding.entity_type == "device" else "",
        person=finding.entity_id if finding.entity_type == "person" else "",
        message=message,
        dedup_key=finding.alert_key,
        key_is_identity=True,
        silence=LASTS.total_seconds(),
        labels={"finding_type": finding.finding_type, "finding": str(finding.pk)},
    )

"""Reports that could not be worked, as far as they can be read."""

from __future__ import annotations

from watchfloor.aiops.alerts.report import decode
from watchfloor.aiops.errors import ReportError
from watchfloor.console.reading import Row
from watchfloor.noc.intake.models import IntakeRecord


def shown(record: IntakeRecord) -> Row:
    told = {"alert_type": "", "message": ""}
    try:
        report = decode(bytes(record.body))
        told = {"alert_type": report.alert_type, "message": report.message}
    except ReportError:
        told["message"] = "It cannot be read any more."
    return {
        "id": record.event_id,
        "received_at": record.received_at,
        "error": record.error or "",
        **told,
    }

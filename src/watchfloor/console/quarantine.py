"""Reports and events that could not be worked, as far as they can be read."""

from __future__ import annotations

from watchfloor.console.reading import Row
from watchfloor.noc.intake import selectors
from watchfloor.noc.intake.models import IntakeRecord


def shown(record: IntakeRecord) -> Row:
    alert_type, message = selectors.told_by(record)
    return {
        "id": record.event_id,
        "received_at": record.received_at,
        "error": record.error or "",
        "alert_type": alert_type,
        "message": message if alert_type else "It cannot be read any more.",
    }

"""Incidents to be told of."""

from __future__ import annotations

import itertools
from typing import Any

from tests.make import NOW
from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.noc.incidents.models import NOCIncident

_numbers = itertools.count(1)


def make_incident(severity: SeverityLevel = SeverityLevel.CRITICAL, **values: Any) -> NOCIncident:
    """Return a new incident of the tenant in scope."""
    values = {"title": "Feeder 7 is down", "opened_at": NOW, "updated_at": NOW, **values}
    return NOCIncident.objects.create(number=next(_numbers), severity=severity, **values)

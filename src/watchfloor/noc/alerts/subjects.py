"""Alerts of the table as rules look at them: by the codes of the inventory where it knows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from watchfloor.aiops.alerts.protection import protection_of
from watchfloor.aiops.alerts.suppression import Subject
from watchfloor.aiops.types import Severity

COLUMNS = """a.alert_type, coalesce(c.code, a.client_name), coalesce(s.code, a.site_name),
    coalesce(d.code, a.device_name), a.person_name, a.entity_id, a.source, a.message, a.severity,
    a.labels"""
"""What `subject_of` takes, of `ALERTS`."""
ALERTS = """alerts_nocalertevent a
LEFT JOIN org_client c ON c.id = a.client_id AND c.is_verified
LEFT JOIN org_site s ON s.id = a.site_id AND s.is_verified
LEFT JOIN devices_device d ON d.id = a.device_id AND d.is_verified"""


def subject_of(
    columns: Sequence[Any], own_types: frozenset[str], *, is_flapping: bool = False
) -> Subject:
    """Return the alert as rules see it; `own_types` are the tenant's own life-safety types."""
    kind, client, site, device, person, entity_id, source, message, severity, labels = columns
    return Subject(
        alert_type=kind,
        client=client,
        site=site,
        device=device,
        person=person,
        entity_id=entity_id,
        source=source,
        message=message,
        severity=Severity(severity),
        labels=labels,
        protection=protection_of(kind, labels, own_types),
        is_flapping=is_flapping,
    )

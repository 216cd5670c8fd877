"""Rows of lists, as the live channel carries them too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import F, TextField, Value
from django.db.models.functions import Coalesce, NullIf

from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.incidents.models import NOCIncident


def incident_rows(ids: Iterable[UUID]) -> list[dict[str, Any]]:
    return _dicts(
        NOCIncident.objects.filter(pk__in=list(ids)).values(
            "id",
            "number",
            "title",
            "severity",
            "state",
            "is_life_safety",
            "client_id",
            "site_id",
            "alert_count",
            "report_count",
            "opened_at",
            "last_alert_at",
            "recovered_at",
            "snoozed_until",
            "escalated_at",
            "related_incident_id",
            "version",
            client_name=F("client__name"),
            site_name=F("site__name"),
            assigned_to_name=Coalesce(
                NullIf("assigned_to__name", Value("")),
                "assigned_to__email",
                output_field=TextField(),
            ),
            acknowledged_by_name=Coalesce(
                NullIf("acknowledged_by__name", Value("")),
                "acknowledged_by__email",
                output_field=TextField(),
            ),
        )
    )


def alert_rows(ids: Iterable[UUID]) -> list[dict[str, Any]]:
    return _dicts(
        NOCAlertEvent.objects.filter(pk__in=list(ids)).values(
            "id",
            "alert_type",
            "entity_id",
            "device_name",
            "severity",
            "state",
            "signal",
            "is_life_safety",
            "is_flapping",
            "suppressed_by",
            "client_id",
            "site_id",
            "client_name",
            "site_name",
            "occurrence_count",
            "first_seen_at",
            "last_seen_at",
            "version",
            title=Coalesce(NullIf("message", Value("")), "alert_type", output_field=TextField()),
        )
    )


def _dicts(rows: Iterable[Any]) -> list[dict[str, Any]]:
    return list(rows)

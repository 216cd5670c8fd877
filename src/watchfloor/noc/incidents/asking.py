"""The incidents that somebody asks for by filters."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from watchfloor.noc.alerts import selectors as alerts
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.incidents import selectors
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.incidents.schemas import IncidentFilter
from watchfloor.platform import searching
from watchfloor.platform.accounts.scope import Viewer

_OF_AN_ALERT = frozenset(
    {"source", "alert_type", "entity_type", "entity_id", "dedup_key", "device", "person"}
)
"""Filters that an incident passes by one of its alerts."""


def found(viewer: Viewer, asked: IncidentFilter, *, now: datetime) -> QuerySet[NOCIncident]:
    """Return what passes the filters within the viewer's bounds."""
    wanted = asked.model_dump(include=IncidentFilter.model_fields.keys() - _OF_AN_ALERT)
    seen = selectors.visible(viewer.scope)
    if asked.q and not asked.since:
        seen = seen.filter(selectors.searched(asked.q, searching.begin(asked.until or now)))
    holding = _alerts(viewer, asked)
    return selectors.matching(
        seen, within=viewer.scope, free_text=viewer.reads_names, holding=holding, **wanted
    )


def _alerts(viewer: Viewer, asked: IncidentFilter) -> QuerySet[NOCAlertEvent] | None:
    """Return the alerts, within the viewer's bounds, one of which is to be in the incident."""
    wanted = asked.model_dump(include=set(_OF_AN_ALERT), exclude_defaults=True)
    if not wanted:
        return None
    within = viewer.names_within
    return alerts.matching(alerts.visible(viewer.scope), names_of_persons=within, **wanted)

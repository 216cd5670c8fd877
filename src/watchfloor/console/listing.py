"""The live lists: what a page begins with, and the rest in slices, as its script asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from watchfloor.console.filters import ALERT_TEXTS, FREE_TEXTS, INCIDENT_TEXTS, Filter
from watchfloor.console.reading import Row, listed, spelt
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.alerts.selectors import alert_rows, visible
from watchfloor.noc.incidents import partial, places
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.incidents.selectors import searched
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.paging import cut

FIRST = 60
"""Rows a page comes with: more than any screen shows, few enough to be painted at once."""
SLICE = 1000
MOST = 10_000
INCIDENTS_BY = ("-is_life_safety", "-severity", "-opened_at", "-id")
ALERTS_BY = ("-last_seen_at", "-id")


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows in their order, and the cursor after the last one where more follow."""

    rows: list[Row]
    after: str | None

    def for_scripts(self) -> dict[str, Any]:
        return {"rows": spelt(self.rows), "after": self.after}


def incidents(viewer: Viewer, wanted: Filter, *, after: str = "", limit: int = FIRST) -> Listed:
    """Return life safety first, then by severity, newest first."""
    found = incidents_like(viewer, wanted).only(*_names(INCIDENTS_BY))
    part = cut(found, order=INCIDENTS_BY, limit=limit, after=after)
    return Listed(partial.rows_for(viewer.scope, [one.pk for one in part.rows]), part.after)


def incidents_like(viewer: Viewer, wanted: Filter) -> QuerySet[NOCIncident]:
    found = listed(viewer).filter(wanted.rule(_texts(viewer, INCIDENT_TEXTS), "opened_at"))
    if wanted.site:
        found = found.filter(places.at(viewer.scope, Q(site_id=wanted.site)))
    if wanted.who:
        mine = UUID(viewer.actor.id) if wanted.who == "me" else None
        found = found.filter(assigned_to_id=mine)
    if wanted.back_to:
        found = found.filter(searched(wanted.q, wanted.back_to))
    return found


def _texts(viewer: Viewer, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns that a viewer may search."""
    return columns if viewer.reads_names else tuple(c for c in columns if c not in FREE_TEXTS)


def alerts(viewer: Viewer, wanted: Filter, *, after: str = "", limit: int = FIRST) -> Listed:
    """Return the latest first."""
    found = alerts_like(viewer, wanted).only(*_names(ALERTS_BY))
    part = cut(found, order=ALERTS_BY, limit=limit, after=after)
    return Listed(alert_rows([one.pk for one in part.rows]), part.after)


def alerts_like(viewer: Viewer, wanted: Filter) -> QuerySet[NOCAlertEvent]:
    found = visible(viewer.scope).filter(wanted.rule(_texts(viewer, ALERT_TEXTS), "first_seen_at"))
    if wanted.site:
        found = found.filter(site_id=wanted.site)
    if wanted.incident:
        clusters = NOCIncident.objects.filter(pk=wanted.incident).values("cluster_id")
        found = found.filter(memberships__cluster_id__in=clusters).distinct()
    if wanted.back_to:
        found = found.filter(last_seen_at__gte=wanted.back_to)
    return found


def _names(order: tuple[str, ...]) -> list[str]:
    return [column.lstrip("-") for column in order]

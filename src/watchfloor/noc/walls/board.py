"""What a screen on a wall shows: how the floor stands, and nothing that a person said or is called.

No title, message, note or name of a person is read here: senders and people write what they like
into them, and a wall is read by whoever passes. Types, sites, numbers and times are left.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, F, QuerySet

from watchfloor.noc.alerts import selectors as alerts
from watchfloor.noc.desks import selectors as desks
from watchfloor.noc.incidents import selectors as incidents
from watchfloor.noc.incidents import standing, titles
from watchfloor.noc.incidents.models import IncidentState, NOCIncident
from watchfloor.noc.kpis import selectors as kpis
from watchfloor.noc.kpis.figures import state_of
from watchfloor.platform.accounts.scope import Scope

LISTED = 40
"""Incidents that are told, the gravest first: four pages of ten; of the rest the number."""
BY_HAND = "Opened by hand"


def board(scope: Scope, now: datetime) -> dict[str, Any]:
    """Return all that a wall of this scope shows. Eight queries, however much is open."""
    open_ones = standing.open_ones(incidents.visible(scope).filter(is_listed=True))
    waiting = desks.longest_waiting(scope, now, most=1)
    load = kpis.shown_lately(scope, now) / kpis.operators(now)
    latest = alerts.visible(scope).order_by("-last_seen_at", "-id")
    return {
        "now": now,
        "counts": _counts(open_ones),
        "life_safety": open_ones.filter(is_life_safety=True).count(),
        "incidents": [_incident(row, now) for row in open_ones.values(*_READ, **_JOINED)[:LISTED]],
        "unclaimed_since": waiting[0]["waits_since"] if waiting else None,
        "load": round(load, 2),
        "load_state": state_of(load),
        "last_alert_at": latest.values_list("last_seen_at", flat=True).first(),
    }


_READ = ("severity", "is_life_safety", "state", "opened_at", "snoozed_until")
_JOINED = {
    "of_alerts": F("alert_count"),
    "site_name": F("site__name"),
    "types": F("cluster__alert_types_in_cluster"),
    "claimed_until": F("claim__until"),
}


def _counts(open_ones: QuerySet[NOCIncident]) -> dict[int, int]:
    """Return how many are open of each severity."""
    counted = open_ones.order_by().values("severity").annotate(number=Count("pk"))
    return dict(counted.values_list("severity", "number"))


def _incident(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "severity": row["severity"],
        "is_life_safety": row["is_life_safety"],
        "what": titles.of_types(row["types"], row["of_alerts"]) if row["types"] else BY_HAND,
        "site": row["site_name"],
        "opened_at": row["opened_at"],
        "is_claimed": _is_claimed(row, now),
    }


def _is_claimed(row: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether somebody took it in hand, looks at it, or has put it off."""
    if row["state"] != IncidentState.NEW:
        return True
    return any(until and until > now for until in (row["claimed_until"], row["snoozed_until"]))

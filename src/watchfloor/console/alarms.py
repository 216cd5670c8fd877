"""What every page begins with: what sounds, who looks at what, what is offered. One query.

When and how it sounds is settled by `noc/sounds`; a page keeps the time by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from watchfloor.aiops.alerts.sounding import LONGEST_WAIT, UNCLAIMED_AFTER, repeated
from watchfloor.console.reading import LISTED, Row, listed, spelt
from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.noc.desks.selectors import why_offered
from watchfloor.noc.incidents.models import IncidentState, NOCIncident
from watchfloor.noc.incidents.selectors import name_of, visible
from watchfloor.noc.sounds import selectors as sounds
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.scope import Viewer

WAIT = timedelta(seconds=LONGEST_WAIT)


def alarms(viewer: Viewer, user: User, now: datetime) -> dict[str, Any]:
    """Return what scripts begin with: what waits and may sound, how it does, claims and offers.

    A claim that ended lately is why an incident does not sound yet.
    """
    policy = sounds.policy(user.tenant.settings)
    heard = {kind.name for kind in repeated(policy)} | {SeverityLevel.CRITICAL.name}
    grave = Q(is_life_safety=True) | Q(severity__in=[SeverityLevel[name] for name in heard])
    sounding = listed(viewer).filter(grave, state=IncidentState.NEW)
    sounding = sounding.order_by("-is_life_safety", "-severity", "-opened_at")[:LISTED]
    lately = now - WAIT
    looked_at = visible(viewer.scope).filter(claim__until__gt=lately)
    offered = visible(viewer.scope).filter(offer__isnull=False)
    rows = spelt(_values(sounding).union(_values(looked_at), _values(offered)))
    new = [row for row in rows if row["state"] == IncidentState.NEW and row["is_listed"]]
    return {
        "now": now,
        "quiet_seconds": UNCLAIMED_AFTER,
        "claims": [
            _claim(row) for row in rows if row["claim_until"] and row["claim_until"] > lately
        ],
        "offers": [_offer(row) for row in rows if row["offer_at"]],
        "life_safety": [row for row in new if row["is_life_safety"]],
        "others": [row for row in new if row["severity"] in heard and not row["is_life_safety"]],
        "sounds": {
            "open": sounds.heard(policy, is_muted=False),
            "muted": sounds.heard(policy, is_muted=True),
            "muted_until": sounds.muted_until(user, now),
        },
    }


def _values(found: QuerySet[NOCIncident]) -> QuerySet[NOCIncident, Any]:
    return found.values(
        "id", "number", "title", "severity", "state", "is_life_safety", "is_listed", "opened_at",
        "snoozed_until",
        site_name=F("site__name"),
        claim_user_id=F("claim__user_id"),
        claim_user_name=name_of("claim__user"),
        claim_since=F("claim__since"),
        claim_until=F("claim__until"),
        offer_user_id=F("offer__user_id"),
        offer_user_name=name_of("offer__user"),
        offer_at=F("offer__at"),
        offer_why=F("offer__why"),
    )  # fmt: skip


def _claim(row: Row) -> Row:
    """Return the claim as the live channel tells of it."""
    names = ("user_id", "user_name", "since", "until")
    return {"incident_id": row["id"], **{name: row[f"claim_{name}"] for name in names}}


def _offer(row: Row) -> Row:
    """Return the offer as the live channel tells of it."""
    return {
        "incident_id": row["id"],
        "number": row["number"],
        "user_id": row["offer_user_id"],
        "user_name": row["offer_user_name"],
        "at": row["offer_at"],
        "why": why_offered(row["offer_why"]),
    }

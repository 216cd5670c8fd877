"""Who looks at what, who is away, and what nobody looks at."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Greatest

from watchfloor.noc.desks.models import Break, Claim, Offer
from watchfloor.noc.incidents import selectors as incidents
from watchfloor.noc.incidents.models import IncidentState, NOCIncident
from watchfloor.platform.accounts.models import Session, User
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.tenancy.context import require_tenant_id

Claims: TypeAlias = QuerySet[Claim]
PRESENT = timedelta(minutes=10)
"""So long after the last sign of life of their session, somebody counts as at a desk."""


@dataclass(slots=True)
class Desk:
    """Somebody who is signed in, on a break, or looking at something."""

    user: User
    seen_at: datetime | None = None
    break_since: datetime | None = None
    claims: list[Claim] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)

    @property
    def is_on_duty(self) -> bool:
        return self.seen_at is not None and self.break_since is None


def claim_on(incident_id: UUID, now: datetime) -> Claim | None:
    """Return the claim that stands on the incident."""
    standing = Claim.objects.filter(incident=incident_id, until__gt=now)
    return standing.select_related("user").first()


def claims(scope: Scope, *, after: datetime) -> Claims:
    """Return the claims on incidents within the scope that end after a moment."""
    found = Claim.objects.filter(until__gt=after, incident__in=incidents.visible(scope))
    return found.select_related("user", "incident").order_by("since", "id")


def told(claim: Claim) -> dict[str, Any]:
    """Return a claim as pages and programs read it."""
    return {
        "incident_id": claim.incident_id,
        "user_id": claim.user_id,
        "user_name": str(claim.user),
        "since": claim.since,
        "until": claim.until,
    }


def offers(scope: Scope) -> QuerySet[Offer]:
    """Return the offers of incidents within the scope."""
    found = Offer.objects.filter(incident__in=incidents.visible(scope))
    return found.select_related("user", "incident").order_by("at", "id")


def told_offer(offer: Offer) -> dict[str, Any]:
    """Return an offer as pages and programs read it."""
    return {
        "incident_id": offer.incident_id,
        "number": offer.incident.number,
        "user_id": offer.user_id,
        "user_name": str(offer.user),
        "at": offer.at,
        "why": why_offered(offer.why),
    }


def why_offered(why: Mapping[str, Any]) -> str:
    """Say why this desk: what its person knows, where they work, and what they had in hand."""
    knows, lacks = ", ".join(why["knows"]), ", ".join(why["lacks"])
    parts = (
        f"knows {knows}" if knows else "",
        f"nobody here knows {lacks}" if lacks else "",
        "works at this place" if why["bound"] else "",
        f"{why['in_hand']} in hand" if why["in_hand"] else "nothing in hand",
    )
    return "; ".join(part for part in parts if part)


def unclaimed(scope: Scope, now: datetime) -> QuerySet[NOCIncident]:
    """Return the new incidents that nobody looks at."""
    standing = Claim.objects.filter(incident=OuterRef("pk"), until__gt=now)
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=now)
    found = incidents.visible(scope).filter(awake, state=IncidentState.NEW, is_listed=True)
    return found.filter(~Exists(standing))


def longest_waiting(scope: Scope, now: datetime, *, most: int) -> list[dict[str, Any]]:
    """Return those that nobody looks at, the longest waiting first.

    `waits_since`: when it came, or when the last who looked left without taking it in hand.
    """
    waits = Greatest("opened_at", Coalesce("claim__until", "opened_at"))
    found = unclaimed(scope, now).annotate(waits_since=waits).order_by("waits_since", "id")
    columns = ("id", "number", "title", "severity", "is_life_safety", "waits_since")
    return list(found.values(*columns, site_name=F("site__name"))[:most])


def desks(scope: Scope, now: datetime) -> Sequence[Desk]:
    """Return who is there, by name; of what they look at what lies within the scope."""
    seen = _last_seen(now)
    away = dict(Break.objects.filter(ended_at=None).values_list("user_id", "started_at"))
    looking: defaultdict[UUID, list[Claim]] = defaultdict(list)
    for claim in claims(scope, after=now):
        looking[claim.user_id].append(claim)
    offered: defaultdict[UUID, list[Offer]] = defaultdict(list)
    for offer in offers(scope):
        offered[offer.user_id].append(offer)
    there = User.objects.filter(
        tenant_id=require_tenant_id(), pk__in={*seen, *away, *looking}, is_active=True
    )
    return [
        Desk(user, seen.get(user.pk), away.get(user.pk), looking[user.pk], offered[user.pk])
        for user in there.order_by("name", "email")
    ]


def in_hand(user_ids: Iterable[UUID], now: datetime) -> Counter[UUID]:
    """Return what each has in hand, unresolved, or looks at: a critical one weighs five."""
    ids = list(user_ids)
    taken = NOCIncident.objects.exclude(state__in=[*incidents.OVER, IncidentState.NEW])
    mine = taken.annotate(owner=Coalesce("assigned_to", "acknowledged_by"))
    looked_at = Claim.objects.filter(user__in=ids, until__gt=now, incident__state=IncidentState.NEW)
    weighed = mine.filter(owner__in=ids).values_list("owner").annotate(Sum("severity"))
    more = looked_at.values_list("user_id").annotate(Sum("incident__severity"))
    found: Counter[UUID] = Counter()
    for user_id, weight in weighed.union(more, all=True):
        found[user_id] += weight
    return found


def break_of(user_id: UUID) -> Break | None:
    return Break.objects.filter(user=user_id, ended_at=None).first()


def _last_seen(now: datetime) -> dict[UUID, datetime]:
    lately = Session.objects.filter(
        tenant_id=require_tenant_id(), last_seen_at__gt=now - PRESENT, expire_date__gt=now
    )
    rows = lately.exclude(user=None).values("user_id").annotate(seen=Max("last_seen_at"))
    return {row["user_id"]: row["seen"] for row in rows if row["user_id"]}

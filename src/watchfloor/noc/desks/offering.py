"""New incidents are offered to desks, and offers move on: looked at anew every two seconds.

Nothing is remembered but the offers that stand, so that whatever happened meanwhile (a claim, a
break, a page closed, a restart) the next look makes it right.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from watchfloor.aiops.desks.dealing import Deal, Desk, Waiting, deal
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.desks import selectors, skills
from watchfloor.noc.desks.events import offers_changed
from watchfloor.noc.desks.models import Claim, Offer
from watchfloor.noc.incidents import places
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.incidents.store import Entry, write_timeline
from watchfloor.platform.accounts.capabilities import ACK_ALERTS
from watchfloor.platform.accounts.identify import viewer_of_user
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.scope import EVERYTHING, Place, Scope
from watchfloor.platform.jobs.tenants import apart
from watchfloor.platform.tenancy.models import Tenant

EVERY = 2.0
LASTS = timedelta(seconds=60)
MOST = 200
"""Of all that wait, the gravest: the desks have room for fewer."""
LATELY = timedelta(hours=12)
"""Who looked at nothing for a shift is as idle as can be."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a desk who may take incidents, and where."""

    user: User
    scope: Scope
    skills: frozenset[str]


def offer_all(now: datetime) -> None:
    """Look at all tenants that have incidents offered."""
    on = Tenant.objects.using("system").filter(is_active=True, settings__offering__is_on=True)
    for tenant_id in on.values_list("pk", flat=True):
        with apart(tenant_id, "desks.offer"):
            offer(now)


@transaction.atomic
def offer(now: datetime) -> None:
    """Offer what waits and is not offered, and move on offers that nobody took for a minute.

    Life safety is offered to nobody: it is everybody's.
    """
    skills.lock_offers()
    if not skills.offering().is_on:
        return
    waiting = {one.pk: one for one in _waiting(now)}
    standing = {one.incident_id: one for one in Offer.objects.select_related("incident")}
    over = standing.keys() - waiting.keys()
    here = _at_desks(now) if waiting else {}
    due = [pk for pk in waiting if pk not in standing or _moves_on(standing[pk], here, now)]
    kept = [one for pk, one in standing.items() if pk not in over and pk not in due]
    deals = _deal([waiting[pk] for pk in due], standing, kept, here, now)
    left = {pk for pk in due if pk in standing} - {UUID(one.incident) for one in deals}
    Offer.objects.filter(incident__in=over | left).delete()
    _write(deals, standing, here, now)
    offers_changed({UUID(one.incident) for one in deals} | over | left, at=now)


def _waiting(now: datetime) -> list[NOCIncident]:
    found = selectors.unclaimed(EVERYTHING, now).filter(is_life_safety=False)
    return list(found.order_by("-severity", "opened_at", "id")[:MOST])


def _at_desks(now: datetime) -> Mapping[UUID, Person]:
    there = [one.user for one in selectors.desks(EVERYTHING, now) if one.is_on_duty]
    known = skills.of_users(user.pk for user in there)
    found = {}
    for user in there:
        viewer = viewer_of_user(user)
        if viewer.may(ACK_ALERTS):
            scope = viewer.acting(ACK_ALERTS).scope
            found[user.pk] = Person(user, scope, known.get(user.pk, frozenset()))
    return found


def _moves_on(one: Offer, here: Mapping[UUID, Person], now: datetime) -> bool:
    return one.at + LASTS <= now or one.user_id not in here


def _deal(
    due: Collection[NOCIncident],
    standing: Mapping[UUID, Offer],
    kept: Collection[Offer],
    here: Mapping[UUID, Person],
    now: datetime,
) -> list[Deal]:
    if not due or not here:
        return []
    ids = [one.pk for one in due]
    where, needs = places.of(ids), _needs(due)
    waiting = [
        Waiting(
            str(one.pk),
            one.severity,
            within=_within(where[one.pk], here.values()),
            needs=needs[one.pk],
            passed=_passed(standing.get(one.pk)),
        )
        for one in due
    ]
    return deal(waiting, _desks(here, kept, now))


def _within(its_places: Collection[Place], here: Iterable[Person]) -> frozenset[str]:
    """Return who may work all of it; at no place at all, nobody."""
    able = (one for one in here if its_places and one.scope.covers_all(its_places))
    return frozenset(str(one.user.pk) for one in able)


def _passed(offered: Offer | None) -> frozenset[str]:
    if offered is None:
        return frozenset()
    return frozenset(map(str, (*offered.passed, offered.user_id)))


def _needs(due: Iterable[NOCIncident]) -> Mapping[UUID, frozenset[str]]:
    """Return what each needs by the types of its alerts."""
    rule = skills.offering()
    by_cluster = {one.cluster_id: one.pk for one in due if one.cluster_id is not None}
    types: defaultdict[UUID, set[str]] = defaultdict(set)
    if rule.needs and by_cluster:
        alerts = NOCAlertEvent.objects.filter(cluster_id__in=list(by_cluster))
        for cluster_id, kind in alerts.values_list("cluster_id", "alert_type").distinct():
            if cluster_id is not None:
                types[by_cluster[cluster_id]].add(kind)
    return {one.pk: rule.of(types[one.pk]) for one in due}


def _desks(here: Mapping[UUID, Person], kept: Iterable[Offer], now: datetime) -> list[Desk]:
    offers = list(kept)
    count = Counter(one.user_id for one in offers)
    weight = selectors.in_hand(here, now)
    for one in offers:
        weight[one.user_id] += one.incident.severity
    looked = _last_looked(here, now)
    return [
        Desk(
            id=str(pk),
            skills=person.skills,
            in_hand=weight[pk],
            idle=(now - looked.get(pk, now - LATELY)).total_seconds(),
            offers=count[pk],
        )
        for pk, person in here.items()
    ]


def _last_looked(user_ids: Iterable[UUID], now: datetime) -> Mapping[UUID, datetime]:
    lately = Claim.objects.filter(user__in=list(user_ids), until__gt=now - LATELY)
    return dict(lately.values_list("user_id").annotate(Max("renewed_at")))


def _write(
    deals: Iterable[Deal],
    standing: Mapping[UUID, Offer],
    here: Mapping[UUID, Person],
    now: datetime,
) -> None:
    """Write the offers; the first round of each stands in the timeline of its incident."""
    rows = [_row(one, standing.get(UUID(one.incident)), here, now) for one in deals]
    Offer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["incident"],
        update_fields=["user", "at", "passed", "rounds", "why"],
    )
    write_timeline(
        Entry(
            row.incident_id,
            now,
            "offered",
            f"Offered to {here[row.user_id].user}: {selectors.why_offered(row.why)}",
        )
        for row in rows
        if not row.rounds
    )


def _row(one: Deal, before: Offer | None, here: Mapping[UUID, Person], now: datetime) -> Offer:
    person = here[UUID(one.desk)]
    return Offer(
        incident_id=UUID(one.incident),
        user_id=person.user.pk,
        at=now,
        passed=_still_passed(one, before),
        rounds=(before.rounds if before else 0) + one.is_anew,
        why=_why(one, person),
    )


def _still_passed(one: Deal, before: Offer | None) -> list[UUID]:
    return [] if before is None or one.is_anew else [*before.passed, before.user_id]


def _why(one: Deal, person: Person) -> dict[str, object]:
    return {
        "knows": one.knows,
        "lacks": one.lacks,
        "bound": not person.scope.all_clients,
        "in_hand": one.in_hand,
    }

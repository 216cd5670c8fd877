"""Reading incidents: rows as pages, sockets and the API show them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, NullIf

from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.alerts.tested import came_during_a_test
from watchfloor.noc.clustering.models import ClusterMembership
from watchfloor.noc.incidents import places, watched
from watchfloor.noc.incidents.models import IncidentState, NOCIncident, TimelineEntry
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.scope import EVERYTHING, Place, Scope
from watchfloor.platform.errors import NotFound
from watchfloor.platform.searching import words_of
from watchfloor.platform.tenancy.context import require_tenant_id

Row = dict[str, Any]
OVER = (IncidentState.RESOLVED, IncidentState.CLOSED)
NOT_SAID = "none"
"""Asks for incidents of which nobody said what they turned out to be."""


def visible(scope: Scope) -> QuerySet[NOCIncident]:
    """Return incidents that are in the scope, wholly or in part (`partial` tells what to show)."""
    return NOCIncident.objects.filter(places.within(scope))


def one(scope: Scope, incident_id: UUID) -> NOCIncident:
    """Return the incident. Raises: NotFound for what lies beyond the scope, too."""
    incident = visible(scope).filter(pk=incident_id).first()
    if incident is None:
        raise NotFound("There is no such incident.")
    return incident


def incident_rows(ids: Iterable[UUID]) -> list[tuple[Row, list[Place]]]:
    """Return rows in the order of `ids`, leaving out what is gone.

    Beside each stands where it is, which is not for everybody who gets the row.
    """
    wanted = list(ids)
    rows = {row["id"]: row for row in _rows(NOCIncident.objects.filter(pk__in=wanted))}
    where = {pk: [(client, site) for client, site in row.pop("where")] for pk, row in rows.items()}
    return [(rows[pk], where[pk]) for pk in wanted if pk in rows]


def _rows(found: QuerySet[NOCIncident]) -> QuerySet[NOCIncident, Any]:
    return found.values(
        "id", "number", "title", "description", "severity", "state", "is_life_safety",
        "is_listed", "client_id", "site_id", "cluster_id", "alert_count", "report_count",
        "opened_at", "last_alert_at", "recovered_at", "acknowledged_at", "snoozed_until",
        "escalated_at", "resolved_at", "resolved_by_kind", "resolution", "disposition",
        "related_incident_id", "opened_by_kind", "assigned_to_id", "version", "updated_at",
        merged_into_id=F("cluster__merged_into__incident__id"),
        merged_into_number=F("cluster__merged_into__incident__number"),
        client_name=F("client__name"),
        site_name=F("site__name"),
        assigned_to_name=name_of("assigned_to"),
        acknowledged_by_name=name_of("acknowledged_by"),
        is_whole=Value(True),
        where=places.column(),
        is_watched=watched.holds(),
        is_on_test=Q(is_life_safety=True) & came_during_a_test(),
        outlier=Coalesce(F("cluster__primary_alert__outlier"), Value("")),
    )  # fmt: skip


def name_of(user: str) -> Coalesce:
    """Return what to call the user behind a relation."""
    named = NullIf(f"{user}__name", Value(""))
    return Coalesce(named, f"{user}__email", output_field=TextField())


def timeline(incident_id: UUID) -> QuerySet[TimelineEntry]:
    """Return what happened, newest first."""
    return TimelineEntry.objects.filter(incident_id=incident_id).order_by("-at", "-id")


def actor_name(kind: str, actor_id: str) -> str:
    """Return what to call somebody in a sentence."""
    if kind == "user":
        user = User.objects.filter(tenant_id=require_tenant_id(), pk=actor_id).first()
        return str(user) if user else "somebody who is gone"
    if kind == "operator":
        return f"{actor_id}, at the command line,"
    return {"system": "the machine", "key": "a program", "playbook": "a playbook"}.get(kind, kind)


def matching(
    found: QuerySet[NOCIncident],
    *,
    within: Scope = EVERYTHING,
    free_text: bool = True,
    state: str = "all",
    severity: int | None = None,
    number: int | None = None,
    client: str = "",
    site: str = "",
    cluster: UUID | None = None,
    assigned_to: UUID | None = None,
    life_safety: bool | None = None,
    listed: bool | None = True,
    disposition: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    q: str = "",
    holding: QuerySet[NOCAlertEvent] | None = None,
) -> QuerySet[NOCIncident]:
    """Narrow incidents down; what is empty or None asks for nothing.

    `within`: whose places answer to `client` and `site`, and whose names to `q`; `free_text`:
    whether `q` looks into titles.
    `holding`: those with at least one of these alerts in them. Raises: Invalid for too many words.
    """
    return found.filter(
        _in_state(state),
        _place("client", client, within),
        _place("site", site, within),
        *(_containing(word, within, free_text=free_text) for word in words_of(q)),
        _holding(holding),
        Q(severity=severity) if severity else Q(),
        Q(number=number) if number else Q(),
        Q(cluster_id=cluster) if cluster else Q(),
        Q(assigned_to_id=assigned_to) if assigned_to else Q(),
        Q(is_life_safety=life_safety) if life_safety is not None else Q(),
        Q(is_listed=listed) if listed is not None else Q(),
        turned_out(disposition),
        Q(opened_at__gte=since) if since else Q(),
        Q(opened_at__lt=until) if until else Q(),
    )


def searched(text: str, begin: datetime) -> Q:
    """Return the filter of what a search reads: what is open, was opened at or after `begin`, or
    is referred to."""
    numbers = [number for word in text.split() if (number := number_in(word)) is not None]
    return Q(opened_at__gte=begin) | _in_state("open") | Q(number__in=numbers)


def number_in(word: str) -> int | None:
    """Return the number of the incident that `INC-12`, or 12, refers to."""
    number = word.upper().removeprefix("INC-")
    return int(number) if number.isdecimal() and len(number) < 18 else None


def _in_state(state: str) -> Q:
    over = Q(state__in=OVER)
    return {"all": Q(), "open": ~over, "over": over}.get(state, Q(state=state))


def turned_out(disposition: str | None) -> Q:
    """Return the filter of incidents that are over and were this; NOT_SAID: nobody said what."""
    if not disposition:
        return Q()
    if disposition == NOT_SAID:
        return Q(state__in=OVER, disposition="")
    return Q(disposition=disposition)


def _place(kind: str, text: str, scope: Scope) -> Q:
    if not text:
        return Q()
    try:
        return places.at(scope, Q(**{f"{kind}_id": UUID(text)}))
    except ValueError:
        return places.at(scope, Q(**{f"{kind}__code": text}) | Q(**{f"{kind}__name": text}))


def _holding(alerts: QuerySet[NOCAlertEvent] | None) -> Q:
    if alerts is None:
        return Q()
    members = ClusterMembership.objects.filter(alert__in=alerts.values("pk"))
    return Q(cluster_id__in=members.values("cluster_id"))


def _containing(word: str, scope: Scope, *, free_text: bool) -> Q:
    """Return the filter of incidents with the word in title, reference, or a name of a place."""
    named = ("site__name", "site__code", "client__name", "client__code")
    in_names = reduce(or_, (Q(**{f"{name}__icontains": word}) for name in named))
    rule = places.at(scope, in_names)
    if free_text:
        rule |= Q(title__icontains=word)
    number = number_in(word)
    return rule if number is None else rule | Q(number=number)

"""Reading alerts and reports: rows as pages, sockets and the API show them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, NullIf

from watchfloor.aiops.alerts.suppression import Kind
from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts.models import (
    AlertComment,
    MaintenanceWindow,
    NOCAlertEvent,
    Report,
    SeverityLevel,
    SignalState,
    Silence,
)
from watchfloor.platform.accounts.scope import NOTHING, Scope
from watchfloor.platform.errors import NotFound
from watchfloor.platform.ids import moment_of
from watchfloor.platform.tenancy.context import require_tenant_id

Row = dict[str, Any]
REACH_OF_AN_ID = timedelta(hours=1)
"""A report's id is made when it comes; clocks that are set back come to less than this."""


def visible(scope: Scope) -> QuerySet[NOCAlertEvent]:
    return NOCAlertEvent.objects.filter(scope.q())


def one(scope: Scope, alert_id: UUID) -> NOCAlertEvent:
    """Return the alert. Raises: NotFound for what lies beyond the scope, too."""
    alert = visible(scope).filter(pk=alert_id).first()
    if alert is None:
        raise NotFound("There is no such alert.")
    return alert


def alert_rows(ids: Iterable[UUID]) -> list[Row]:
    """Return rows in the order of `ids`, leaving out what is gone. One query.

    Without persons: a row goes to every open page within its scope, whoever may see names.
    """
    wanted = list(ids)
    rows = {row["id"]: row for row in rows_of(NOCAlertEvent.objects.filter(pk__in=wanted))}
    return [rows[pk] for pk in wanted if pk in rows]


def rows_of(found: QuerySet[NOCAlertEvent], *more: str) -> list[Row]:
    """Return the rows of alerts, in their order, with these fields besides. One query."""
    rows = found.values(
        "id", "alert_type", "entity_type", "entity_id", "device_name", "severity",
        "state", "signal", "is_life_safety", "is_flapping", "suppressed_by", "suppressed_why",
        "outlier", "snoozed_until",
        "client_id", "site_id", "client_name", "site_name", "occurrence_count", "first_seen_at",
        "last_seen_at", "resolved_at", "cluster_id", "version", *more,
        title=Coalesce(NullIf("message", Value("")), "alert_type", output_field=TextField()),
    )  # fmt: skip
    return [dict(row) for row in rows]


def spelt(row: Row) -> Row:
    """Return the row as programs and scripts get it: severity and signal in words, as in REST."""
    words = {"severity": SeverityLevel(row["severity"]).name}
    if "signal" in row:
        words["signal"] = SignalState(row["signal"]).name.lower()
    return row | words


def reports(scope: Scope) -> QuerySet[Report]:
    """Return reports of alerts within the scope."""
    found = Report.objects.filter(tenant_id=require_tenant_id())
    if scope.all_clients:
        return found
    return found.filter(alert_id__in=visible(scope).values("pk"))


def one_report(scope: Scope, event_id: UUID) -> Report:
    """Return the report. Its id says when it came, and so in which partitions to look.

    Raises: NotFound, beyond the scope too.
    """
    near = _around(event_id)
    report = None
    if near is not None:
        report = reports(scope).filter(event_id=event_id, received_at__range=near).first()
    if report is None:
        raise NotFound("There is no such report.")
    return report


def _around(event_id: UUID) -> tuple[datetime, datetime] | None:
    """Return the times between which it came; None where it is no id of ours."""
    try:
        made = moment_of(event_id)
        return made - REACH_OF_AN_ID, made + REACH_OF_AN_ID
    except (OverflowError, ValueError):
        return None


def comments(alert_id: UUID) -> QuerySet[AlertComment]:
    return AlertComment.objects.filter(alert_id=alert_id).order_by("-created_at")


def windows(scope: Scope) -> QuerySet[MaintenanceWindow]:
    """Return the windows of no place in particular, and those that lie wholly within the scope:
    title and reason may name the others' places."""
    found = MaintenanceWindow.objects.filter(is_active=True, is_test=False)
    if scope.all_clients:
        return found
    sites = Site.objects.filter(scope.q("client_id", "id")).values_list("id", flat=True)
    within = Q(
        client_ids__contained_by=[str(pk) for pk in scope.client_ids],
        site_ids__contained_by=[str(pk) for pk in sites],
    )
    return found.filter(within & (~Q(client_ids=[], site_ids=[]) | Q(device_ids=[])))


def window(scope: Scope, window_id: UUID) -> MaintenanceWindow:
    """Return the window. Raises: NotFound for what lies beyond the scope, too."""
    found = windows(scope).filter(pk=window_id).first()
    if found is None:
        raise NotFound("There is no such window.")
    return found


def reaches(scope: Scope, client_ids: Collection[str], site_ids: Collection[str]) -> bool:
    """Return whether `scope` covers all that a window of these clients and sites is about."""
    if scope.all_clients:
        return True
    sites = Site.objects.filter(scope.q("client_id", "id"), pk__in=site_ids).count()
    mine = {str(pk) for pk in scope.client_ids}.issuperset(client_ids)
    return mine and sites == len(set(site_ids)) and bool(client_ids or site_ids)


def silences() -> QuerySet[Silence]:
    return Silence.objects.filter(lifted_at=None)


def silence(silence_id: UUID) -> Silence:
    found = silences().filter(pk=silence_id).first()
    if found is None:
        raise NotFound("There is no such silence.")
    return found


def matching(
    found: QuerySet[NOCAlertEvent],
    *,
    q: str = "",
    client: str = "",
    site: str = "",
    device: str = "",
    person: str = "",
    names_of_persons: Scope = NOTHING,
    free_text: bool = True,
    signal: str | None = None,
    life_safety: bool | None = None,
    suppressed: bool | Kind | None = None,
    incident: UUID | None = None,
    cluster: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    **exact: object,
) -> QuerySet[NOCAlertEvent]:
    """Narrow alerts down; what is empty or None asks for nothing.

    Persons are found by name within `names_of_persons` only, and `q` looks into messages where
    `free_text` is read as it is: a search by a name that one may not read would tell it.
    """
    rules = [
        _thing("client", client),
        _thing("site", site),
        _thing("device", device),
        _person(person, names_of_persons),
        _containing(q, free_text=free_text),
        Q(signal=SignalState[signal.upper()]) if signal else Q(),
        Q(is_life_safety=life_safety) if life_safety is not None else Q(),
        _is_suppressed(suppressed),
        Q(cluster_id=cluster) if cluster else Q(),
        Q(last_seen_at__gte=since) if since else Q(),
        Q(last_seen_at__lt=until) if until else Q(),
        *(Q(**{name: value}) for name, value in exact.items() if value not in ("", None)),
    ]
    if incident is not None:
        members = NOCAlertEvent.objects.filter(memberships__cluster__incident=incident)
        rules.append(Q(pk__in=members.values("pk")))
    return found.filter(*rules)


def _thing(kind: str, text: str) -> Q:
    if not text:
        return Q()
    try:
        return Q(**{f"{kind}_id": UUID(text)})
    except ValueError:
        return Q(**{f"{kind}_name": text}) | Q(**{f"{kind}__code": text})


def _person(text: str, names_within: Scope) -> Q:
    """Return the rule; a person whom only senders named has the name for a code."""
    rule = _thing("person", text)
    if not text or names_within.all_clients:
        return rule
    known = Q(person__is_verified=True) & ~Q(person_name=text)
    return rule & (names_within.q() | known)


def _containing(text: str, *, free_text: bool) -> Q:
    rule = Q()
    names = ("alert_type", "entity_id", "site_name", *(("message",) if free_text else ()))
    for name in names if text else ():
        rule |= Q(**{f"{name}__icontains": text})
    return rule


def _is_suppressed(wanted: bool | Kind | None) -> Q:
    if wanted is None:
        return Q()
    if isinstance(wanted, Kind):
        return Q(suppressed_by=wanted) | Q(suppressed_by__startswith=f"{wanted}:")
    return ~Q(suppressed_by="") if wanted else Q(suppressed_by="")


def matching_reports(
    found: QuerySet[Report],
    *,
    alert: UUID | None = None,
    cluster: UUID | None = None,
    source: str = "",
    sender_id: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Report]:
    """Narrow reports down; what is empty or None asks for nothing."""
    return found.filter(
        Q(alert_id=alert) if alert else Q(),
        Q(cluster_id=cluster) if cluster else Q(),
        Q(source=source) if source else Q(),
        Q(sender_id=sender_id) if sender_id else Q(),
        Q(received_at__gte=since) if since else Q(),
        Q(received_at__lt=until) if until else Q(),
    )

"""What pages show, read within the viewer's bounds. Rows are those of the live channel."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, Q, QuerySet, Subquery, Value, When

from watchfloor.console import words
from watchfloor.console.happenings import Happening
from watchfloor.domain.org.models import Client, Site
from watchfloor.noc.alerts import selectors as alerts_of_stage
from watchfloor.noc.alerts import tested
from watchfloor.noc.alerts.models import AlertComment, SignalState
from watchfloor.noc.alerts.selectors import alert_rows
from watchfloor.noc.incidents import partial
from watchfloor.noc.incidents import selectors as incidents_of_stage
from watchfloor.noc.incidents.models import NOCIncident, TimelineEntry
from watchfloor.noc.watching.selectors import places_watched
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.names import names_of
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.live.models import LiveFrame
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.models import Tenant

Row = dict[str, Any]
LISTED = 200
CHOICES = 500
ENTRIES = 100


class Newest(NamedTuple):
    """The newest frame by number and time; which places are watched now; whether any is on test."""

    frame: int
    at: datetime | None
    watched: list[str]
    is_tested: bool


def newest(viewer: Viewer, now: datetime) -> Newest:
    """Return what every page asks, in one query. What is read afterwards is at least as new."""
    frames = LiveFrame.objects.order_by("-number")
    number, *others = Tenant.objects.values_list(
        Subquery(frames.values("number")[:1]),
        Subquery(frames.values("created_at")[:1]),
        ArraySubquery(places_watched(viewer.scope)),
        Exists(tested.holding(now)),
    ).get(pk=require_tenant_id())
    return Newest(number or 0, *others)


def last_incident(viewer: Viewer) -> Row | None:
    """Return the newest incident of all, so that an empty list can say when it was not empty."""
    return next(iter(_rows(viewer, listed(viewer).order_by("-opened_at")[:1])), None)


def _rows(viewer: Viewer, found: QuerySet[NOCIncident]) -> list[Row]:
    return partial.rows_for(viewer.scope, found.values_list("id", flat=True))


def listed(viewer: Viewer) -> QuerySet[NOCIncident]:
    """Return the incidents that lists show: those that people are told of."""
    return incidents_of_stage.visible(viewer.scope).filter(is_listed=True)


def spelt(rows: Iterable[Row]) -> list[Row]:
    """Return the rows as scripts get them from the live channel, too."""
    return [alerts_of_stage.spelt(row) for row in rows]


def incident(viewer: Viewer, incident_id: UUID) -> Row:
    """Return the incident's row. Raises: NotFound, beyond the bounds too."""
    return partial.row_for(viewer.scope, incident_id)


def related(viewer: Viewer, incident_id: UUID | None) -> NOCIncident | None:
    if incident_id is None:
        return None
    return incidents_of_stage.visible(viewer.scope).filter(pk=incident_id).first()


def timeline(viewer: Viewer, row: Row, *, most: int) -> list[Happening]:
    """Return what happened to the incident of a row, newest first, with the names of who did it."""
    return _named(partial.timeline_of(viewer, row, most=most))


def timeline_then(viewer: Viewer, incident_id: UUID, until: datetime) -> list[Happening]:
    """Return what had happened at a moment, newest first, with the names of who did it."""
    return _named(partial.timeline(viewer, incident_id, most=ENTRIES, until=until))


def _named(entries: Sequence[TimelineEntry]) -> list[Happening]:
    names = names_of({entry.actor_id for entry in entries if entry.actor_kind == "user"})
    return [Happening.of(entry, names) for entry in entries]


def kept_quiet(viewer: Viewer, *, most: int = LISTED) -> list[Row]:
    """Return the alerts that fire and that nobody is told of, the newest first."""
    found = alerts_of_stage.visible(viewer.scope).filter(signal=SignalState.FIRING)
    latest = found.exclude(suppressed_by="").order_by("-last_seen_at", "-id")
    return alert_rows(latest.values_list("id", flat=True)[:most])


def last_alert(viewer: Viewer) -> Row | None:
    latest = alerts_of_stage.visible(viewer.scope).order_by("-last_seen_at", "-id")
    return next(iter(alert_rows(latest.values_list("id", flat=True)[:1])), None)


def alert(viewer: Viewer, alert_id: UUID) -> Row:
    """Return the row and what only the page of one alert shows. Raises: NotFound.

    The site has the name by which it is known here, if it is, and not the one that was sent;
    `is_led_to`: what it is about has a page.
    """
    found = alerts_of_stage.one(viewer.scope, alert_id)
    more = ["source", "severity_given", "labels", "device_id", "person_id"]
    if viewer.names_within.covers(found.client_id, found.site_id):
        more.append("person_name")
    row = alert_rows([found.pk])[0] | {name: getattr(found, name) for name in more}
    row["is_led_to"] = bool(row.get(f"{row['entity_type']}_id"))
    return row | ({"site_name": str(found.site)} if found.site else {})


def incident_of_cluster(viewer: Viewer, cluster_id: UUID | None) -> NOCIncident | None:
    if cluster_id is None:
        return None
    return incidents_of_stage.visible(viewer.scope).filter(cluster_id=cluster_id).first()


def comments(alert_id: UUID) -> Sequence[AlertComment]:
    return list(alerts_of_stage.comments(alert_id).select_related("author")[:ENTRIES])


def reports(viewer: Viewer, alert_id: UUID) -> list[Row]:
    """Return the newest reports behind an alert, each with what it did."""
    found = alerts_of_stage.reports(viewer.scope).filter(alert_id=alert_id)
    fields = ("occurred_at", "received_at", "signal", "severity", "verdict", "message")
    rows: list[Any] = list(found.order_by("-occurred_at", "-received_at").values(*fields)[:ENTRIES])
    return [row | {"verdict_name": words.VERDICTS.get(row["verdict"], "")} for row in rows]


def sites(viewer: Viewer) -> Sequence[Site]:
    within = viewer.scope.q(client_field="client_id", site_field="id")
    return list(Site.objects.filter(within, is_active=True).order_by("name", "code")[:CHOICES])


def clients(viewer: Viewer) -> Sequence[Client]:
    """Return the clients that are wholly within the viewer's bounds."""
    within = Client.objects.filter(viewer.scope.q("id", "sites__id"), is_active=True)
    found = within.distinct().order_by("name", "code")
    return [one for one in found if viewer.scope.covers(one.pk, None)][:CHOICES]


def people(*, first: Collection[str] = ()) -> Sequence[User]:
    """Return those to whom an incident can be given; before them `first`, even who is gone."""
    wanted = Q(is_active=True) | Q(pk__in=first)
    found = User.objects.filter(wanted, tenant_id=require_tenant_id())
    place = Case(When(pk__in=first, then=Value(0)), default=Value(1))
    return list(found.order_by(place, "name", "email")[:CHOICES])

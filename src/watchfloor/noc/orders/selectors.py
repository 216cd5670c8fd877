"""Reading standing orders: those of a scope, and the one that holds for an incident."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from watchfloor.domain.org.models import Site
from watchfloor.domain.org.places import with_above
from watchfloor.noc.clustering.models import AlertCluster
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.incidents.selectors import actor_name
from watchfloor.noc.incidents.states import OVER
from watchfloor.noc.orders.matching import Occasion, Rule, best
from watchfloor.noc.orders.models import OrderUse, OrderVersion, StandingOrder, StepMark
from watchfloor.platform.accounts import organisation
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import NotFound
from watchfloor.platform.tenancy.context import require_tenant_id

SHOWN_VERSIONS = 50


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an order, and what was done of it. Counted from 1."""

    number: int
    text: str
    is_required: bool
    mark: StepMark | None = None
    by: str = ""

    @property
    def is_open(self) -> bool:
        return self.is_required and self.mark is None


@dataclass(frozen=True, slots=True)
class Holding:
    """The version that holds for an incident; its `use` once somebody has worked by it."""

    version: OrderVersion
    steps: tuple[Step, ...]
    use: OrderUse | None = None

    @property
    def open_steps(self) -> list[Step]:
        """Return the required steps that nobody has done or skipped."""
        return [step for step in self.steps if step.is_open]

    def step(self, number: int) -> Step:
        """Return one of its steps. Raises: NotFound."""
        if not 1 <= number <= len(self.steps):
            raise NotFound("The standing order has no such step.")
        return self.steps[number - 1]


def holding(incident: NOCIncident) -> Holding | None:
    """Return what holds for an incident: what it was worked by, else the order that fits.

    An open incident that nobody has worked by an order yet gets it as it reads now; one that is
    over, as it read when it ended.
    """
    found = OrderUse.objects.filter(incident=incident).select_related(
        "version__order", "version__site", "version__client"
    )
    if (use := found.first()) is not None:
        return Holding(use.version, _steps(use.version, use.marks.all()), use)
    at = (incident.resolved_at or incident.updated_at) if incident.state in OVER else None
    version = _fitting(incident, at)
    return Holding(version, _steps(version)) if version else None


def _steps(version: OrderVersion, marks: Iterable[StepMark] = ()) -> tuple[Step, ...]:
    marked = {mark.step: mark for mark in marks}
    names = _names(marked.values())
    return tuple(
        Step(number, one["text"], one["is_required"], marked.get(number), names.get(number, ""))
        for number, one in enumerate(version.steps, start=1)
    )


def _names(marks: Collection[StepMark]) -> dict[int, str]:
    """Return who did each step. At most one query for people."""
    ids = {mark.by_id for mark in marks if mark.by_kind == "user"}
    people = User.objects.filter(tenant_id=require_tenant_id(), pk__in=ids)
    names = {str(one.pk): str(one) for one in people} if ids else {}
    return {
        mark.step: names.get(mark.by_id) or actor_name(mark.by_kind, mark.by_id) for mark in marks
    }


def _fitting(incident: NOCIncident, at: datetime | None) -> OrderVersion | None:
    sites = with_above(incident.site_id) if incident.site_id else ()
    here = Q(site__in=sites) | Q(site=None, client=incident.client_id) | Q(site=None, client=None)
    found = OrderVersion.objects.filter(here, _in_force(at)).select_related(
        "order", "site", "client"
    )
    versions = {version.order.code: version for version in found}
    if not versions:
        return None
    rule = best(map(_rule, versions.values()), _occasion(incident, sites))
    return versions[rule.code] if rule else None


def _in_force(at: datetime | None) -> Q:
    if at is None:
        return Q(ended_at=None)
    return Q(made_at__lte=at) & (Q(ended_at=None) | Q(ended_at__gt=at))


def _rule(version: OrderVersion) -> Rule:
    return Rule(
        version.order.code,
        version.client_id,
        version.site_id,
        version.alert_type,
        version.hours,
    )


def _occasion(incident: NOCIncident, sites: tuple[UUID, ...]) -> Occasion:
    """Return where it is, when it began by the clocks there, and of what type its first cause."""
    clusters = AlertCluster.objects.filter(incident=incident)
    kind = clusters.values_list("primary_alert__alert_type", flat=True).first()
    at = incident.opened_at.astimezone(_zone_at(incident.site_id))
    return Occasion(at, sites, incident.client_id, kind or "")


def _zone_at(site_id: UUID | None) -> ZoneInfo:
    """Return the zone of the site; what is at several sites goes by the tenant's."""
    if site_id is not None:
        return ZoneInfo(Site.objects.values_list("time_zone", flat=True).get(pk=site_id))
    return ZoneInfo(organisation.read().time_zone or "UTC")


def visible(scope: Scope) -> QuerySet[StandingOrder]:
    """Return the orders in force at the places of the scope, each with its version (`said`)."""
    return with_version(StandingOrder.objects.all(), OrderVersion.objects.filter(within(scope)))


def with_version(
    orders: QuerySet[StandingOrder], among: QuerySet[OrderVersion]
) -> QuerySet[StandingOrder]:
    """Return the orders with a version in force among these, prefetched for `said`."""
    now = among.filter(ended_at=None)
    versions = Prefetch("versions", now.select_related("client", "site"), to_attr="in_force")
    return orders.filter(Exists(now.filter(order=OuterRef("pk")))).prefetch_related(versions)


def matching(
    orders: QuerySet[StandingOrder], text: str, *, client: UUID | None = None
) -> QuerySet[StandingOrder]:
    """Narrow down to those whose code, title or type holds `text`, and those of a client."""
    now = OrderVersion.objects.filter(order=OuterRef("pk"), ended_at=None)
    if text:
        said = now.filter(Q(title__icontains=text) | Q(alert_type__icontains=text))
        orders = orders.filter(Q(code__icontains=text) | Exists(said))
    if client:
        orders = orders.filter(Exists(now.filter(Q(client=client) | Q(site__client=client))))
    return orders


def within(scope: Scope) -> Q:
    """Return the filter of versions that hold at a place of the scope and nowhere else."""
    if scope.all_clients:
        return Q()
    of_site = Q(site__in=scope.site_ids) | Q(site__client__in=scope.client_ids)
    return of_site | Q(client__in=scope.client_ids)


def said(order: StandingOrder) -> OrderVersion:
    """Return the version in force of an order that `visible` found."""
    [version] = order.in_force  # type: ignore[attr-defined]
    found: OrderVersion = version
    return found


def one(scope: Scope, order_id: UUID) -> StandingOrder:
    """Return the order. Raises: NotFound for what is retired or beyond the scope, too."""
    order = visible(scope).filter(pk=order_id).first()
    if order is None:
        raise NotFound("There is no such standing order.")
    return order


def versions(scope: Scope, order: StandingOrder) -> list[OrderVersion]:
    """Return what it says and said at the places of the scope, the newest first."""
    found = order.versions.filter(within(scope)).select_related("client", "site")
    return list(found.order_by("-number")[:SHOWN_VERSIONS])


def place_of(version: OrderVersion) -> dict[str, Any]:
    """Return codes of the place, as an import takes them."""
    return {
        "client": version.client.code if version.client else "",
        "site": version.site.code if version.site else "",
    }

"""Floor plans as a viewer may see them: those of their sites, with the devices of these."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from watchfloor.domain.devices.models import Device
from watchfloor.domain.inventory import selectors as inventory
from watchfloor.domain.plans.models import Placement, Plan
from watchfloor.platform.accounts.places import with_below
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import NotFound


def plans_for(scope: Scope) -> QuerySet[Plan]:
    """Return the plans of the sites in the scope, those of one site from the top down."""
    found = Plan.objects.filter(scope.q("site__client_id", "site_id"), site__is_active=True)
    order = ("site__name", "site__code", "-level", "name", "id")
    return found.select_related("site__client").order_by(*order)


def matching(plans: QuerySet[Plan], text: str) -> QuerySet[Plan]:
    """Return the plans with `text` in their name, or in that of their site."""
    return plans.filter(Q(name__icontains=text) | Q(site__name__icontains=text))


def one(scope: Scope, plan_id: UUID) -> Plan:
    """Return the plan. Raises: NotFound for what lies beyond the scope, too."""
    found = plans_for(scope).filter(pk=plan_id).first()
    if found is None:
        raise NotFound("There is no such floor plan.")
    return found


class Devices(NamedTuple):
    """Of a plan's site and those below it: what stands on the plan, and what on none of theirs."""

    site_ids: frozenset[UUID]
    placed: QuerySet[Device]
    unplaced: QuerySet[Device]


def devices_of(scope: Scope, plan: Plan) -> Devices:
    """Return the devices that may stand on the plan, those that do with their `placement`."""
    sites = with_below(frozenset({plan.site_id}))
    found = inventory.devices_for(scope).filter(site_id__in=sites).order_by("name", "code")
    return Devices(
        sites,
        found.filter(placement__plan=plan).select_related("placement", "site"),
        found.exclude(placement__plan__site_id__in=sites),
    )


def places_of(scope: Scope, devices: Iterable[UUID]) -> QuerySet[Placement]:
    """Return where these devices stand, each with its plan."""
    seen = inventory.devices_for(scope).filter(pk__in=devices)
    found = Placement.objects.filter(device__in=seen, plan__in=plans_for(scope))
    return found.select_related("plan__site", "device").order_by("device__name", "device__code")


def referred() -> Iterable[str]:
    """Return the digests of all pictures that the tenant in scope refers to."""
    return Plan.objects.values_list("sha256", flat=True).distinct()

"""Floor plans as pages show them: the devices on one, how each is, and what is open about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from watchfloor.console.looks import Look, look_of
from watchfloor.domain.devices.models import Device
from watchfloor.domain.plans import selectors
from watchfloor.domain.plans.models import Placement, Plan
from watchfloor.noc.alerts import standing
from watchfloor.noc.alerts.condition import Condition, Conditions, heard_lately, last_heard
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.alerts.standing import CALM, Standing
from watchfloor.noc.incidents import standing as incidents
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.accounts.scope import Scope

NAMED = 5


@dataclass(frozen=True, slots=True)
class Mark:
    """A device on a plan."""

    device: Device
    look: Look
    condition: Condition
    heard_at: datetime | None
    incident: NOCIncident | None

    @property
    def place(self) -> Placement:
        return self.device.placement


def marks(scope: Scope, there: QuerySet[Device], now: datetime) -> list[Mark]:
    """Return what a plan shows of the devices on it, the worst first. Six queries."""
    devices = list(there.annotate(is_heard=heard_lately(now)))
    how = Conditions.read(scope, there, now)
    heard = last_heard(there)
    open_about = incidents.of_devices(scope, [device.pk for device in devices])
    found = []
    for one in devices:
        client_id = one.site.client_id if one.site else None
        its = how.of(one.pk, client_id, one.site_id, is_heard=one.is_heard)
        found.append(Mark(one, look_of(its), its, heard.get(one.pk), open_about.get(one.pk)))
    return sorted(found, key=lambda mark: mark.look.rank)


def standings(scope: Scope, plans: Iterable[Plan]) -> list[tuple[Plan, int, Standing]]:
    """Return each plan with how many devices stand on it, and what is in alarm. Two queries."""
    listed = list(plans)
    ids = [plan.pk for plan in listed]
    placed = Placement.objects.filter(plan__in=ids).values_list("plan_id")
    counts = dict(placed.annotate(number=Count("pk")))
    firing = standing.on_plans(scope, ids)
    return [(plan, counts.get(plan.pk, 0), firing.get(plan.pk, CALM)) for plan in listed]


def of_alerts(scope: Scope, cluster_id: UUID | None) -> list[Placement]:
    """Return where on plans the devices of an incident's alerts are, a few of them. One query."""
    if cluster_id is None:
        return []
    told = NOCAlertEvent.objects.filter(scope.q(), cluster_id=cluster_id, device__isnull=False)
    return list(selectors.places_of(scope, told.values_list("device_id", flat=True))[:NAMED])

"""Tours and signs of people as events leave them: rows, counts, alerts."""

from __future__ import annotations

from typing import Any

from tests.make import make_tenant
from tests.sensing.operation import at, event, work
from watchfloor.aiops.operation.stored import Arrived
from watchfloor.domain.activity import selectors as activity
from watchfloor.domain.activity import services as signs
from watchfloor.domain.activity.models import Position, SignCount, SiteHeard
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.org.models import Site
from watchfloor.domain.tours.models import Route, Scan, Tour
from watchfloor.noc.alerts.models import NOCAlertEvent, SignalState
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.reactive import services as reactive


def an_operation() -> Tenant:
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        people = [{"code": "P1", "home_site": "S1"}, {"code": "P2"}]
        sites = [{"code": "S1", "name": "Harbour"}, {"code": "S2", "name": "Airport"}]
        rows = {InventoryKind.SITE: sites, InventoryKind.PERSON: people}
        inventory.import_inventory(rows, by=SYSTEM, now=at(-600))
        site = Site.objects.get(code="S1")
        Route.objects.create(
            code="night", name="Night round", site=site, checkpoints=["gate", "yard", "roof"],
            created_at=at(-600),
        )  # fmt: skip
    return tenant


def tour(minute: float, kind: str, code: str = "T1", **told: Any) -> Arrived:
    return event("tours", minute, kind=kind, tour=code, site="S1", person="P1", **told)


def planned(code: str = "T1") -> Arrived:
    span = {"start": at(0).isoformat(), "end": at(30).isoformat()}
    return tour(-10, "planned", code, route="night", **span)


def test_a_tour_is_recorded_as_it_is_walked_and_told_of_until_it_is_completed() -> None:
    tenant = an_operation()
    walked = [tour(5, "started"), tour(9, "scan", checkpoint="gate")]
    work(tenant, planned(), *walked, tour(12, "scan", checkpoint="gate"), minute=20)
    with tenant_scope(tenant.id):
        reactive.work([], now=at(61))
    work(tenant, minute=61)

    with tenant_scope(tenant.id):
        row = Tour.objects.select_related("site", "person").get()
        assert (row.site.code, row.person.code, row.route) == ("S1", "P1", "night")
        assert (row.checkpoints, row.scanned) == (["gate", "yard", "roof"], ["gate"])
        assert (row.started_at, row.last_scan_at, row.finished_at) == (at(5), at(12), None)
        assert Scan.objects.count() == 2
        [alert] = NOCAlertEvent.objects.all()
        assert (alert.alert_type, alert.entity_id) == ("TOUR_OVERDUE", "T1")
        assert alert.message == "Night round at Harbour is overdue since 06:30: 1 of 3 checkpoints"

    work(tenant, tour(70, "finished"), minute=70)
    with tenant_scope(tenant.id):
        states = dict(NOCAlertEvent.objects.values_list("alert_type", "signal"))
        assert states == {
            "TOUR_OVERDUE": SignalState.RESOLVED,
            "TOUR_INCOMPLETE": SignalState.FIRING,
        }
        assert Tour.objects.get().finished_at == at(70)
    other = tour(-20, "planned", start=at(60).isoformat(), end=at(90).isoformat(), route="day")
    work(tenant, tour(71, "cancelled"), planned(), other, minute=72)
    with tenant_scope(tenant.id):
        row = Tour.objects.get()
        assert (row.route, row.ends_at, row.cancelled_at) == ("night", at(30), at(71)), "told late"


def test_signs_are_counted_by_site_and_person_and_forgotten_in_time() -> None:
    tenant = an_operation()
    work(
        tenant,
        event("positions", 1, person="P1", lat=51.5, lon=0.1, site="S1"),
        event("positions", 2, person="P1", lat=51.5, lon=0.1, site="S1"),
        event("activity", 3, kind="phone", person="P1", amount=3),
        event("activity", 4, kind="movement", person="P1", amount=40, site="S1"),
        event("activity", 4, kind="task", person="P2"),
        tour(6, "scan", checkpoint="gate"),
        minute=7,
    )
    past = event("activity", 2, kind="task", person="P1", site="S1")._replace(is_history=True)
    work(tenant, event("activity", 4.5, kind="phone", person="P1", site="S1"), past, minute=8)

    with tenant_scope(tenant.id):
        [first, second] = SignCount.objects.order_by("begins_at")
        assert (first.phone_events, first.location_updates, first.movement_m) == (4, 2, 40.0)
        assert (first.begins_at, first.last_at) == (at(0), at(4.5))
        assert (second.tour_checkpoints, second.begins_at) == (1, at(5))
        [told] = activity.signs_between(at(0), at(60))
        assert (told["person_code"], told["phone_events"], told["last"]) == ("P1", 4, at(6))
        assert [count for *_, count in activity.by_hour("phone_events", at(0), at(60))] == [4]
        assert (first.tasks_completed, first.without_site, second.without_site) == (1, 3, 0)
        heard = SiteHeard.objects.get()
        # What is history only is not missed when it does not come any more.
        assert (heard.tasks_completed_at, heard.tour_checkpoints_at) == (None, at(6))
        assert not SignCount.objects.filter(person_code="P2").exists()

        signs.forget(at(60 * 24 * 90))
        assert Position.objects.count() == 2
        signs.forget(at(60 * 24 * 90 + 60))
        assert not Position.objects.exists()
        assert not SignCount.objects.exists()

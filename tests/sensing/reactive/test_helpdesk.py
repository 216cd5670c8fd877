"""Tickets, work orders and changes: from events to rows and alerts, by what was promised."""

from __future__ import annotations

from typing import Any

from django.test import Client as Browser

from tests.make import bearer, make_key, make_tenant
from tests.sensing.operation import at, event, work
from watchfloor.domain.changes.models import Change, ChangeKind
from watchfloor.domain.helpdesk.models import Ticket, TicketChange
from watchfloor.domain.helpdesk.registers import (
    CALENDARS,
    ESCALATION_LEVELS,
    HOLIDAYS,
    SLA_POLICIES,
)
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.registers import services as registers
from watchfloor.domain.registers.declaration import Register
from watchfloor.domain.work.models import JobOccurrence, WorkOrder
from watchfloor.domain.work.registers import ASSETS, JOBS
from watchfloor.noc.alerts.models import NOCAlertEvent, SignalState
from watchfloor.noc.drain import Drain
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.accounts.senders import Bounds
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing import jobs
from watchfloor.sensing.reactive.drain import pass_time
from watchfloor.sensing.reactive.models import SubjectState

HOUR = 60.0


def a_helpdesk() -> Tenant:
    """Two sites in London, whose clients were promised different things. It is Monday, 06:00."""
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        places = [
            {"code": code, "client": client, "time_zone": "Europe/London"}
            for code, client in (("GATE", "ACME"), ("SHOP", "OTHER"))
        ]
        inventory.import_inventory(
            {
                InventoryKind.CLIENT: [{"code": "ACME"}, {"code": "OTHER"}],
                InventoryKind.SITE: places,
            },
            by=SYSTEM,
            now=at(-600),
        )
        keep(CALENDARS, {"code": "office", "hours": "Mon-Fri 09:00-18:00"})
        keep(HOLIDAYS, {"calendar": "office", "day": "2026-03-03"})
        promise = {"priority": "P2", "response_minutes": 60, "resolution_minutes": 240}
        keep(SLA_POLICIES, promise, promise | {"client": "ACME", "business_hours": True})
        level = {"priority": "P2", "level": 2, "after_minutes": 600, "group": "managers"}
        keep(ESCALATION_LEVELS, level)
    return tenant


def keep(register: Register, *rows: dict[str, Any]) -> None:
    report = registers.import_rows(register, rows, scope=EVERYTHING, by=SYSTEM, now=at(-600))
    assert not report.errors


def ticket(minute: float, state: str, **fields: Any):
    return event("tickets", minute, **{"ticket": "T1", "state": state, "site": "GATE"} | fields)


def told(tenant: Tenant) -> list[tuple[str, str, float, bool]]:
    """Type, entity, minute, and whether it still fires."""
    with tenant_scope(tenant.id):
        return [
            (
                alert.alert_type,
                alert.entity_id,
                (alert.first_seen_at - at(0)).total_seconds() / 60,
                alert.signal == SignalState.FIRING,
            )
            for alert in NOCAlertEvent.objects.order_by("first_seen_at", "alert_type")
        ]


def test_a_promise_in_business_hours_is_kept_by_the_clocks_of_the_site() -> None:
    """Two hours on Monday before it is held, none on the holiday, two on Wednesday."""
    tenant = a_helpdesk()
    opened = ticket(10 * HOUR, "NEW", priority="high", title="Gate does not close")
    work(tenant, opened, ticket(10 * HOUR + 5, "ASSIGNED", assignee="anna"), minute=605)
    with tenant_scope(tenant.id):
        row = Ticket.objects.get()
        assert (row.priority, row.state, row.title) == ("P2", "ASSIGNED", "Gate does not close")
        assert (row.opened_at, row.due_at) == (at(10 * HOUR), at(53 * HOUR))

    work(tenant, ticket(11 * HOUR, "ON_HOLD"), minute=11 * HOUR)
    with tenant_scope(tenant.id):
        assert Ticket.objects.get().due_at is None
    work(tenant, ticket(52 * HOUR, "IN_PROGRESS"), minute=52 * HOUR)
    pass_time(at(55 * HOUR + 1))
    Drain()._work(tenant.id, at(55 * HOUR + 1))
    assert told(tenant) == [
        ("TICKET_ESCALATED", "T1", 54 * HOUR, True),
        ("SLA_BREACH", "T1", 55 * HOUR, True),
    ]
    with tenant_scope(tenant.id):
        breach = NOCAlertEvent.objects.get(alert_type="SLA_BREACH")
        due = at(55 * HOUR).isoformat()
        assert breach.labels == {"priority": "P2", "state": "IN_PROGRESS", "due": due}

    late = ticket(30 * HOUR, "WAITING_VENDOR")
    work(tenant, ticket(56 * HOUR, "RESOLVED"), late, opened, minute=56 * HOUR)
    assert [firing for *_, firing in told(tenant)] == [False, False]
    with tenant_scope(tenant.id):
        row = Ticket.objects.get()
        assert (row.state, row.ended_at, row.assignee) == ("RESOLVED", at(56 * HOUR), "anna")
        assert TicketChange.objects.count() == 6


def test_what_is_not_done_by_its_date_is_told_and_history_is_recorded_only() -> None:
    tenant = a_helpdesk()
    order = {"work_order": "W1", "site": "SHOP", "due": at(2 * HOUR).isoformat()}
    work(
        tenant,
        event("work_orders", 0, state="ASSIGNED", title="Lift", **order),
        event("work_orders", -5, state="NEW", title="Elevator", **order),
        event("tickets", 0, ticket="T2", state="NEW", site="SHOP", priority=2)._replace(
            is_history=True
        ),
        event("changes", 0, kind="release", text="Mobile app rollout"),
        event("changes", 1, kind="config", text="Threshold", site="SHOP"),
        minute=3 * HOUR,
    )
    assert told(tenant) == [("WORK_ORDER_OVERDUE", "W1", 2 * HOUR, True)]
    work(tenant, event("work_orders", 4 * HOUR, state="done", **order), minute=4 * HOUR)
    assert told(tenant) == [("WORK_ORDER_OVERDUE", "W1", 2 * HOUR, False)]
    with tenant_scope(tenant.id):
        row = WorkOrder.objects.get()
        assert (row.title, row.state, row.ended_at) == ("Lift", "COMPLETED", at(4 * HOUR))
        assert Ticket.objects.get().due_at == at(4 * HOUR)
        changes = Change.objects.order_by("at").values_list("kind", "site__code", "client__code")
        assert list(changes) == [
            (ChangeKind.RELEASE, None, None),
            (ChangeKind.CONFIGURATION, "SHOP", "OTHER"),
        ]


def test_a_policy_that_changes_is_heeded_at_once() -> None:
    tenant = a_helpdesk()
    work(tenant, ticket(0, "OPEN", site="SHOP", priority="P2"), minute=1)
    with tenant_scope(tenant.id):
        keep(SLA_POLICIES, {"priority": "P2", "response_minutes": 5, "resolution_minutes": 20})
    pass_time(at(25))
    Drain()._work(tenant.id, at(25))
    kinds = [(kind, minute) for kind, _, minute, _ in told(tenant)]
    assert kinds == [("SLA_BREACH", 25), ("TICKET_ESCALATED", 25)]
    with tenant_scope(tenant.id):
        assert Ticket.objects.get().due_at == at(20)
        keep(SLA_POLICIES, {"priority": "P2", "response_minutes": 60, "resolution_minutes": 240})
    pass_time(at(26))
    Drain()._work(tenant.id, at(26))
    assert [firing for *_, firing in told(tenant)] == [False, False]


def test_records_are_read_within_ones_places() -> None:
    tenant = a_helpdesk()
    work(tenant, ticket(0, "NEW", assignee="anna"), ticket(0, "NEW", ticket="T2", site="SHOP"),
         minute=1)  # fmt: skip
    everybody, stranger = make_key(tenant, "read"), make_key(make_tenant(), "read")
    bound = make_key(tenant, "read", bounds=Bounds(sites=("SHOP",)))

    def codes(key: str) -> list[str]:
        answer = Browser().get("/api/v1/tickets", headers=bearer(key))
        return sorted(row["code"] for row in answer.json()["items"])

    assert (codes(everybody), codes(bound), codes(stranger)) == (["T1", "T2"], ["T2"], [])
    [first] = Browser().get("/api/v1/tickets?q=T1", headers=bearer(everybody)).json()["items"]
    assert first["assignee"] is None


def test_a_job_becomes_a_work_order_each_time_it_is_due_after_an_outage_too() -> None:
    tenant = a_helpdesk()
    with tenant_scope(tenant.id):
        keep(ASSETS, {"code": "LIFT", "site": "GATE", "status": "STANDBY"})
        job = {"code": "oil", "name": "Oil it", "site": "GATE", "times": "08:00", "asset": "LIFT"}
        keep(JOBS, job | {"minutes": 30, "priority": "P1"})
    for minute in (2 * HOUR - 1, 2 * HOUR, 2 * HOUR + 1, 50 * HOUR, 50 * HOUR):
        jobs.make_all_due(at(minute))
    work(tenant, minute=50 * HOUR + 1)
    pass_time(at(51 * HOUR))
    with tenant_scope(tenant.id):
        orders = WorkOrder.objects.order_by("opened_at").values_list("code", "asset", "due_at")
        assert list(orders) == [
            ("oil-20260302T0800Z", "LIFT", at(2.5 * HOUR)),
            ("oil-20260303T0800Z", "LIFT", at(26.5 * HOUR)),
            ("oil-20260304T0800Z", "LIFT", at(50.5 * HOUR)),
        ]
        assert JobOccurrence.objects.count() == 3
        due = {row.code for row in SubjectState.objects.filter(tenant_id=tenant.id)}
        assert due == {code for code, *_ in orders}

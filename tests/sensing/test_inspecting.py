"""Inspections: each window once, all sites at once, and nobody's silence while we were away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from threading import Barrier
from time import sleep
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.make import make_tenant
from tests.sensing.operation import at, event, store, work
from watchfloor.aiops.findings.draft import FindingDraft
from watchfloor.aiops.inspection.cadences import Cadence
from watchfloor.aiops.operation.stored import Arrived
from watchfloor.domain.filings.models import RequiredReport
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts.models import NOCAlertEvent, SignalState
from watchfloor.noc.findings.models import AuditFinding, FindingStatus
from watchfloor.noc.findings.recording import Recorded
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.events.models import OutboxEvent
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.inspection.models import InspectionRun, SiteAuditSchedule
from watchfloor.sensing.inspection.services import RealTimeAuditOrchestrator

SILENT = "CORRELATION_SILENT_SITE"
SITES = 12


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        sites = [{"code": f"S{number}", "name": f"Site {number}"} for number in range(SITES)]
        people = [{"code": f"P{number}"} for number in range(SITES)]
        rows = {InventoryKind.SITE: sites, InventoryKind.PERSON: people}
        inventory.import_inventory(rows, by=SYSTEM, now=at(-600))
        yield tenant


def listen(begin: float, until: float) -> None:
    """Leave the runs of a floor that was there and looked every five minutes."""
    minutes = range(int(begin), int(until) + 1, 5)
    InspectionRun.objects.bulk_create(
        InspectionRun(cadence=Cadence.HEARTBEAT, ends_at=at(m), ran_at=at(m), was_timely=True)
        for m in minutes
    )


def look(minute: float, cadence: Cadence = Cadence.HEARTBEAT) -> int:
    return RealTimeAuditOrchestrator(at(minute)).run_due(cadence)


def on_post(number: int, minute: float = 0, **told: Any) -> Arrived:
    site, person = f"S{number}", f"P{number}"
    return event("attendance", minute, kind="check_in", site=site, person=person, **told)


def sign(number: int, minute: float, kind: str = "phone") -> Arrived:
    return event("activity", minute, kind=kind, site=f"S{number}", person=f"P{number}")


def fix(number: int, minute: float) -> Arrived:
    where = {"site": f"S{number}", "person": f"P{number}", "lat": 51.5, "lon": 0.1}
    return event("positions", minute, **where)


def found() -> dict[str, set[str]]:
    """Return the open findings: their types by site."""
    rows = AuditFinding.objects.filter(status=FindingStatus.NEW).select_related("site")
    types: dict[str, set[str]] = {}
    for row in rows:
        types.setdefault(row.site.code, set()).add(row.finding_type)
    return types


class Noting(RealTimeAuditOrchestrator):
    """One that somebody builds upon: what is found passes by here."""

    drafts: Sequence[FindingDraft] = ()

    def _create_finding(self, drafts: Iterable[FindingDraft], **told: Any) -> Recorded:
        self.drafts = tuple(drafts)
        return super()._create_finding(self.drafts, **told)


def test_a_site_that_falls_silent_is_a_finding_with_an_alert_until_it_is_heard(
    tenant: Tenant,
) -> None:
    work(tenant, on_post(1), sign(1, 2), on_post(2), sign(2, 2), minute=3)
    work(tenant, sign(2, 30), fix(2, 31), sign(1, 3), minute=31)
    listen(-15, 65)
    noting = Noting(at(70.6))
    assert noting.run_due(Cadence.HEARTBEAT) == 1
    assert [draft.finding_type for draft in noting.drafts] == [SILENT]
    assert found() == {"S1": {SILENT}}, "and S2 was heard of within the hour"
    row = AuditFinding.objects.get()
    assert row.evidence["on_post"] == ["P1"]
    assert row.evidence["last_sign_at"] == at(3).timestamp()
    assert OutboxEvent.objects.filter(kind="finding.raised").exists()

    work(tenant, minute=71)
    [alert] = NOCAlertEvent.objects.all()
    assert (alert.alert_type, alert.entity_id) == ("SECURITY_ANOMALY", "S1")

    work(tenant, sign(1, 72), fix(1, 72), minute=73)
    look(75.6)
    work(tenant, minute=76)
    assert found() == {}
    alert.refresh_from_db()
    assert alert.signal == SignalState.RESOLVED


def test_a_schedule_says_what_is_critical_how_often_and_what_raises_an_alert(
    tenant: Tenant,
) -> None:
    work(tenant, on_post(1), fix(1, 2), on_post(2), fix(2, 2), sign(1, 20), sign(2, 20), minute=20)
    work(tenant, fix(1, 40), sign(1, 40), on_post(3), minute=40)
    sites = {site.code: site for site in Site.objects.all()}
    for code, told in {
        "S1": {"phone_events_least": 5, "alert_from": "CRITICAL"},
        "S2": {"location_updates_least": 0},
        "S3": {"is_skipped": True},
    }.items():
        SiteAuditSchedule.objects.create(site=sites[code], created_at=at(0), **told)
    listen(-15, 60)
    look(65.6)

    assert found() == {"S1": {"CRITICAL_SIGNAL_PHONE_EVENTS_LOW"}}
    work(tenant, minute=66)
    assert not NOCAlertEvent.objects.exists(), "it is not as grave as the site asks for"
    SiteAuditSchedule.objects.filter(site=sites["S1"]).update(heartbeat_minutes=30)
    look(70.6)
    assert AuditFinding.objects.get().found_count == 1, "it is not the turn of the site"


def test_a_window_is_inspected_once_and_after_an_outage_made_up_for(tenant: Tenant) -> None:
    work(tenant, on_post(1), sign(1, 2), minute=3)
    assert (look(60.6), look(61), look(64)) == (1, 0, 0)
    assert look(75.6) == 3
    assert look(75.6) == 0
    assert look(60 * 9 + 0.6) == 25, "two hours of windows, and the newest"
    assert found() == {}, "what nobody listened to is nobody's silence"
    runs = InspectionRun.objects.order_by("ends_at")
    assert [run.was_timely for run in runs].count(False) == 22
    assert not RealTimeAuditOrchestrator(at(999)).inspect(Cadence.HEARTBEAT, runs[0].ends_at)

    store(tenant, sign(1, 60 * 9 + 4))
    assert look(60 * 9 + 6) == 0, "something waits that happened before its end"
    work(tenant, minute=60 * 9 + 7)
    assert look(60 * 9 + 7) == 1


def test_of_two_who_inspect_a_window_at_once_one_does(tenant: Tenant) -> None:
    together = Barrier(2, timeout=10)

    class Slow(RealTimeAuditOrchestrator):
        def _create_finding(self, *drafts: Any, **told: Any) -> Recorded:
            sleep(0.3)  # until the other one has come to the window too
            return super()._create_finding(*drafts, **told)

    def inspect(_: int) -> bool:
        with tenant_scope(tenant.id), closing(connection):
            together.wait()
            return Slow(at(61)).inspect(Cadence.HEARTBEAT, at(60))

    with ThreadPoolExecutor(2) as desks:
        assert sorted(desks.map(inspect, range(2))) == [False, True]
    assert InspectionRun.objects.count() == 1


def test_shifts_tours_and_tickets_are_looked_at_for_all_sites_in_as_many_queries(
    tenant: Tenant,
) -> None:
    def roster(number: int) -> Arrived:
        span = {"start": at(0).isoformat(), "end": at(480).isoformat()}
        return event(
            "roster", -60, kind="roster", shift=f"D{number}", site=f"S{number}", required=1,
            people=[f"P{number}"], **span,
        )  # fmt: skip

    def tour(number: int) -> Arrived:
        span = {"start": at(0).isoformat(), "end": at(10).isoformat()}
        return event(
            "tours", -5, kind="planned", tour=f"T{number}", site=f"S{number}",
            checkpoints=["gate"], **span,
        )  # fmt: skip

    def ticket(number: int) -> Arrived:
        told = {"ticket": f"K{number}", "site": f"S{number}", "state": "open"}
        return event("tickets", 1, category="emergency", created=at(1).isoformat(), **told)

    def cost(*numbers: int, minute: float) -> int:
        events = [make(number) for number in numbers for make in (roster, tour, ticket)]
        work(tenant, *events, minute=minute - 1)
        look(minute - 5, Cadence.COMPREHENSIVE)
        with CaptureQueriesContext(connection) as queries:
            look(minute, Cadence.COMPREHENSIVE)
        return len(queries)

    first = cost(0, minute=60.6)
    wanted = {
        "CORRELATION_COVERAGE_GAP",
        "TOUR_OVERDUE",
        "EMERGENCY_TICKET_UNASSIGNED",
        "EMERGENCY_ESCALATION_DELAYED",
    }
    assert found() == {"S0": wanted}
    assert cost(*range(1, SITES), minute=75.6) <= first + 1
    assert found() == {f"S{number}": wanted for number in range(SITES)}
    with CaptureQueriesContext(connection) as queries:
        RealTimeAuditOrchestrator(at(91)).inspect(Cadence.DEEP, at(90) - timedelta(minutes=30))
    assert len(queries) < 30


def test_a_phone_off_duty_is_at_no_site_and_who_names_one_is_there(tenant: Tenant) -> None:
    people = [{"code": f"P{number}", "site": f"S{number}"} for number in (1, 2, 3)]
    inventory.import_inventory({InventoryKind.PERSON: people}, by=SYSTEM, now=at(-600))
    shifts = [
        event("roster", -6000, kind="roster", shift=f"D{number}", site=f"S{number}", required=1,
              start=at(-2000).isoformat(), end=at(-1500).isoformat(), people=["P9"])
        for number in (1, 2, 3)
    ]  # fmt: skip
    phones = [
        event("activity", minute, kind="phone", person=f"P{number}", amount=3)
        for number in (1, 2)
        for minute in (10, 20)
    ]
    here = [sign(3, minute) for minute in (10, 20, 30)]
    work(tenant, *shifts, on_post(2), *phones, *here, minute=31)
    RealTimeAuditOrchestrator(at(61)).inspect(Cadence.DEEP, at(60))
    suspicious = AuditFinding.objects.filter(finding_type="CORRELATION_SUSPICIOUS_HOURS")
    told = suspicious.values_list("site__code", "entity_id").order_by("site__code")
    assert list(told) == [("S2", "P2"), ("S3", "P3")], "P1 is at home, P2 has checked in"


def test_a_report_that_a_site_owes_is_missed_until_it_is_handed_in(tenant: Tenant) -> None:
    """The day of the test is a Monday: at six of the next Monday its week is due."""
    week = 7 * 24 * 60
    site = Site.objects.get(code="S1")
    for report, every in (("log", "day"), ("drill", "week")):
        RequiredReport.objects.create(site=site, report=report, every=every, created_at=at(-6 * 60))
    work(tenant, sign(1, 0), minute=1)

    def look_at(minute: float, *told: Arrived) -> dict[str, set[str]]:
        work(tenant, *told, minute=minute)
        RealTimeAuditOrchestrator(at(minute + 1)).inspect(Cadence.COMPREHENSIVE, at(minute))
        return found()

    def filing(minute: float, report: str, day: str) -> Arrived:
        return event("filings", minute, report=report, site="S1", day=day, person="P1")

    daily, never = "DAILY_REPORT_MISSING", "COMPLIANCE_REPORT_NEVER_GENERATED"
    assert look_at(23 * 60) == {}, "the day has not been over for six hours"
    assert look_at(24 * 60) == {"S1": {daily}}
    row = AuditFinding.objects.get()
    assert (row.runbook, row.evidence["first"]) == (daily, "2026-03-02")
    assert look_at(25 * 60, filing(25 * 60, "log", "2026-03-03")) == {"S1": {daily}}, (
        "the wrong day"
    )
    assert look_at(26 * 60, filing(26 * 60, "log", "2026-03-02")) == {}, "late, and there"
    log = filing(week - 30, "log", "2026-03-08")
    assert look_at(week, log) == {"S1": {never}}
    assert look_at(week + 60, filing(week + 50, "drill", "2026-03-04")) == {}
    assert look_at(2 * week, filing(2 * week, "log", "2026-03-15")) == {
        "S1": {"COMPLIANCE_REPORT_MISSING"}
    }

"""Rosters that people write: tables and calendars become shifts a moment later."""

from __future__ import annotations

from datetime import UTC, datetime

from django.test import Client as Browser

from tests.make import bearer, make_key, make_tenant, make_user, signed_in
from tests.sensing.reactive.test_drain import an_operation
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.registers import services as keeping
from watchfloor.domain.shifts.models import Assignment, Shift
from watchfloor.domain.shifts.registers import LEAVE
from watchfloor.noc.intake.models import IntakeRecord
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.accounts.senders import Bounds
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.sensing.reactive.directory import open_directory
from watchfloor.sensing.reactive.drain import EventDrain
from watchfloor.sensing.rosters import services
from watchfloor.sensing.rosters.calendars import of_calendar
from watchfloor.sensing.rosters.tables import Roster, of_table

NOW = datetime(2026, 3, 27, 12, tzinfo=UTC)
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//roster//EN
BEGIN:VEVENT
UID:gate-night@example.com
DTSTART:20260327T220000
DTEND:20260328T060000
RRULE:FREQ=DAILY;COUNT=3
LOCATION:S1
ATTENDEE;CN=P1:mailto:p1@example.com
ATTENDEE;CN=P2:mailto:p2@example.com
END:VEVENT
END:VCALENDAR
"""


def in_zone(tenant, zone: str) -> None:
    with tenant_scope(tenant.id):
        rows = {InventoryKind.SITE: [{"code": "S1", "time_zone": zone}]}
        inventory.import_inventory(rows, by=SYSTEM, now=NOW)


def publish(roster, **options):
    return services.publish(roster, scope=EVERYTHING, by=SYSTEM, now=NOW, **options)


def test_a_calendar_is_written_out_by_the_clock_of_the_site_over_summer_time():
    tenant = an_operation()
    in_zone(tenant, "Europe/London")
    with tenant_scope(tenant.id):
        report = publish(of_calendar(CALENDAR, now=NOW))
    assert (report.created, report.errors) == (3, [])
    EventDrain()._work(tenant.id, NOW)
    with tenant_scope(tenant.id):
        starts = list(Shift.objects.order_by("starts_at").values_list("starts_at", flat=True))
        # Clocks went forward on the 29th: ten in the evening came an hour earlier.
        assert [start.strftime("%d %H:%M") for start in starts] == [
            "27 22:00", "28 22:00", "29 21:00",
        ]  # fmt: skip
        assert Assignment.objects.count() == 6
        assert AuditRow.objects.filter(action="roster.published").count() == 1


def test_a_table_is_published_whole_or_not_at_all():
    tenant = an_operation()
    good = {"shift": "A", "site": "S1", "start": "2026-03-28T06:00", "end": "2026-03-28T14:00"}
    roster = of_table(
        [
            {**good, "required": "2", "person": "P1"},
            {"Shift": "A", "Person": "P2"},
            {**good, "shift": "B", "site": "S9", "required": 1},
            {**good, "shift": "C", "required": "many", "people": "P1"},
            {**good, "shift": "D", "required": 1, "people": "P7"},
            {**good, "shift": "E", "required": 1, "end": "2026-03-28T05:00"},
        ]
    )
    first = Roster(roster.rows[:1])
    with tenant_scope(tenant.id):
        report = publish(roster)
        faults = {(one.row, one.field) for one in report.errors}
        assert faults == {(3, "site"), (4, "required"), (5, "people"), (6, "end")}
        assert [one.row for one in report.errors] == [3, 4, 5, 6]
        assert report.errors[1].message.startswith("expected a whole number")
        assert publish(first, dry_run=True).created == 1
        assert not IntakeRecord.objects.filter(tenant_id=tenant.id).exists()
        assert publish(first).created == 1
    EventDrain()._work(tenant.id, NOW)
    with tenant_scope(tenant.id):
        assert Assignment.objects.filter(shift__code="A").count() == 2


def test_rosters_are_published_over_http_within_ones_places_and_on_record():
    tenant = an_operation()
    with tenant_scope(tenant.id):
        there = {InventoryKind.SITE: [{"code": "S2"}]}
        inventory.import_inventory(there, by=SYSTEM, now=NOW)
    table = "shift,site,start,end,required\nA,{},2026-03-28T06:00,2026-03-28T14:00,1\n"
    chief, reader = make_key(tenant, "admin"), make_key(tenant, "read")
    bound = make_key(tenant, "admin", bounds=Bounds(sites=("S2",)))
    stranger = make_key(make_tenant(), "admin")

    def sent(key: str, site: str = "S1", **more: object):
        return Browser().post(
            "/api/v1/rosters/import",
            {"csv": table.format(site), **more},
            content_type="application/json",
            headers=bearer(key),
        )

    assert sent(reader).status_code == 403
    for key, field in ((stranger, "site"), (bound, "site")):
        refused = sent(key)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    assert sent(chief, dry_run=True).json()["created"] == 1
    assert sent(chief).json()["created"] == 1
    EventDrain()._work(tenant.id, NOW)
    assert sent(chief).json()["changed"] == 1
    [taken] = sent(bound, "S2").json()["errors"]
    assert taken["message"] == "this one lies beyond your places; choose another"
    with tenant_scope(tenant.id):
        assert Shift.objects.get().site.code == "S1"
        said = AuditRow.objects.filter(action="roster.published").order_by("id")
        assert [row.after for row in said] == [
            {"created": 1, "changed": 0}, {"created": 0, "changed": 1}
        ]  # fmt: skip
    strict = signed_in(make_user(tenant, "admin"), enforce_csrf_checks=True)
    body = {"csv": table.format("S1")}
    forged = strict.post("/api/v1/rosters/import", body, content_type="application/json")
    assert forged.status_code == 403


def test_the_page_of_shifts_imports_them_for_whom_may_publish():
    tenant = an_operation()
    chief, operator = (signed_in(make_user(tenant, role)) for role in ("admin", "operator"))
    form = 'data-address="/api/v1/rosters/import"'
    assert form in chief.get("/operation/shifts").content.decode()
    assert form not in operator.get("/operation/shifts").content.decode()


def test_leave_is_known_to_the_rules_by_the_clock_of_the_home_site():
    tenant = an_operation()
    in_zone(tenant, "Asia/Kolkata")
    with tenant_scope(tenant.id):
        people = {InventoryKind.PERSON: [{"code": "P1", "home_site": "S1"}]}
        inventory.import_inventory(people, by=SYSTEM, now=NOW)
        row = {"person": "P1", "starts_on": "2026-03-28", "ends_on": "2026-03-28"}
        keeping.save(LEAVE, row, scope=EVERYTHING, by=SYSTEM, now=NOW)
        directory = open_directory()
    begins = datetime(2026, 3, 27, 18, 30, tzinfo=UTC).timestamp()
    assert directory.is_on_leave("P1", begins)
    assert not directory.is_on_leave("P1", begins - 1)
    assert not directory.is_on_leave("P1", begins + 86_400)

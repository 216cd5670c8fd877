"""Punches that name no shift, through rows and rules; rosters that come after their punches."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.make import make_tenant
from tests.sensing.operation import at, event, work
from watchfloor.aiops.operation.stored import Arrived
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.happenings import Happening
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.shifts import placing
from watchfloor.domain.shifts.models import Assignment, Punch
from watchfloor.noc.alerts.models import NOCAlertEvent, SignalState
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.presence import selectors as presence
from watchfloor.sensing.reactive.drain import pass_time
from watchfloor.sensing.reactive.models import SubjectState
from watchfloor.sensing.scorecard.attendance import Attendance
from watchfloor.sensing.scorecard.span import Span


def an_operation() -> Tenant:
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        inventory.import_inventory(
            {
                InventoryKind.SITE: [{"code": site, "name": site} for site in ("S1", "S2")],
                InventoryKind.PERSON: [{"code": f"P{number}"} for number in range(1, 6)],
            },
            by=SYSTEM,
            now=at(-600),
        )
    return tenant


def roster(minute: float, shift: str, site: str, start: float, *people: str) -> Arrived:
    hours = {"start": at(start).isoformat(), "end": at(start + 480).isoformat()}
    return event("roster", minute, kind="roster", shift=shift, site=site, people=people,
                 required=len(people), **hours)  # fmt: skip


def punch(minute: float, person: str, kind: str = "check_in", site: str = "S1") -> Arrived:
    return event("attendance", minute, kind=kind, site=site, person=person)


def told() -> set[tuple[str, str, str]]:
    rows = NOCAlertEvent.objects.values_list("alert_type", "person__code", "signal")
    return set(rows)


def attended() -> dict[tuple[str, str], tuple[object, object]]:
    rows = Assignment.objects.values_list(
        "shift__code", "person_code", "checked_in_at", "checked_out_at"
    )
    return {(shift, person): times for shift, person, *times in rows}


def test_who_is_rostered_is_there_by_a_punch_that_names_no_shift():
    tenant = an_operation()
    work(tenant, roster(-60, "day", "S1", 0, "P1", "P2"), minute=-60)
    work(
        tenant,
        punch(-5, "P1"),
        punch(-4, "P3"),
        punch(-3, "P2", site="S2"),
        punch(-2, "P4", site="S2"),
        roster(-1, "other", "S2", 0, "P4"),
        minute=0,
    )
    pass_time(at(11))
    work(tenant, punch(270, "P1"), minute=270)
    late = punch(240, "P1", "check_out")._replace(received_at=at(280).timestamp())
    work(tenant, late, minute=280)
    work(tenant, punch(400, "P5", site="S2"), minute=400)
    with tenant_scope(tenant.id):
        assert told() == {
            ("ATTENDANCE_MISSING", "P2", SignalState.FIRING),
            ("SCHEDULE_MISMATCH", "P1", SignalState.FIRING),
        }
        named = dict(Punch.objects.values_list("person_code", "shift_code"))
        assert named == {"P1": "day", "P2": "", "P3": "", "P4": "other", "P5": ""}
        [day, other] = presence.going_on(EVERYTHING, at(300)).order_by("code")
        assert [presence.manned(one, at(300)).short for one in (day, other)] == [1, 0]
        card = Attendance(Span([day.site_id], ZoneInfo("UTC"), at().date(), at().date()))
        [(_, _, planned)] = card.planned()
        assert planned.came == [at(-5).timestamp()]

    tomorrow = roster(430, "next", "S1", 1440, "P1", "P2")
    work(tenant, punch(430, "P2"), tomorrow, punch(481, "P1", "check_out"), minute=481)
    with tenant_scope(tenant.id):
        assert attended()["day", "P1"] == [at(-5), at(481)]
        assert attended()["day", "P2"] == [at(430), None]
        assert ("ATTENDANCE_MISSING", "P2", SignalState.RESOLVED) in told()


def test_a_roster_that_comes_after_its_punches_and_leave_counts_them_and_raises_nothing():
    tenant = an_operation()
    ill = event("roster", -90, kind="leave_notice", shift="day", person="P2", reason="ill")
    work(tenant, ill, punch(-5, "P1"), minute=0)
    work(tenant, punch(20, "P3"), minute=20)
    work(tenant, roster(30, "day", "S1", 0, "P1"), minute=30)
    work(tenant, roster(40, "day", "S1", 0, "P1", "P2", "P3"), minute=40)
    with tenant_scope(tenant.id):
        assert {key: came for key, (came, _) in attended().items()} == {
            ("day", "P1"): at(-5), ("day", "P2"): None, ("day", "P3"): at(20),
        }  # fmt: skip
        away = Assignment.objects.get(person_code="P2")
        assert (away.on_leave_since, away.leave_reason) == (at(-90), "ill")
        assert told() == {("ATTENDANCE_MISSING", "P2", SignalState.FIRING)}


def test_what_history_brings_up_is_recorded_alone():
    tenant = an_operation()
    past = (punch(-99, "P1"), roster(-5, "day", "S1", 0, "P1"))
    work(tenant, *(one._replace(is_history=True) for one in past), minute=1)
    with tenant_scope(tenant.id):
        assert attended() == {("day", "P1"): [at(-99), None]}
        assert not SubjectState.objects.filter(tenant_id=tenant.id).exists()


def test_shifts_of_many_punches_are_found_in_one_query():
    tenant = an_operation()
    work(tenant, roster(-60, "day", "S1", 0, "P1", "P2"), minute=-60)
    told = [punch(minute, person) for minute in range(50) for person in ("P1", "P2")]
    happenings = [Happening(one.event_id, one.event, one.event.ts, one.received_at) for one in told]
    with tenant_scope(tenant.id), CaptureQueriesContext(connection) as queries:
        found = placing.placed(happenings)
    assert len(queries) == 1
    assert {one.event.shift for one in found} == {"day"}

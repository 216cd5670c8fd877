"""From events on disk to rows, alerts and incidents."""

from __future__ import annotations

import msgspec

from tests.make import make_tenant
from tests.sensing.operation import at, event, store, work
from watchfloor.aiops.types import Severity
from watchfloor.domain.helpdesk.models import Ticket
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.shifts.models import Assignment, Punch, Shift
from watchfloor.noc.alerts.models import NOCAlertEvent, SignalState
from watchfloor.noc.drain import Drain
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.intake.models import IntakeRecord, Lane
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.reactive.drain import EventDrain, pass_time
from watchfloor.sensing.reactive.models import SubjectState
from watchfloor.sensing.reactive.store import BroughtIn, brought_in, replaying


def an_operation() -> Tenant:
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        inventory.import_inventory(
            {
                InventoryKind.SITE: [{"code": "S1", "name": "Harbour", "lat": 12.9, "lon": 77.5}],
                InventoryKind.PERSON: [{"code": "P1"}, {"code": "P2"}],
            },
            by=SYSTEM,
            now=at(-600),
        )
    return tenant


def roster(minute: float = -60.0, *people: str, **changes: object):
    return event(
        "roster",
        minute,
        **{
            "kind": "roster",
            "shift": "S1-day",
            "site": "S1",
            "start": at(0).isoformat(),
            "end": at(480).isoformat(),
            "required": 2,
            "people": people or ("P1", "P2"),
        }
        | changes,
    )


def punch(minute: float, person: str, kind: str = "check_in"):
    return event(
        "attendance", minute, kind=kind, site="S1", person=person, shift="S1-day", accuracy=8
    )


def test_who_does_not_come_becomes_an_incident_and_who_comes_late_ends_it():
    tenant = an_operation()
    work(tenant, roster(), punch(-5, "P1"), minute=0)
    with tenant_scope(tenant.id):
        assert not NOCAlertEvent.objects.exists()
        [state] = SubjectState.objects.filter(tenant_id=tenant.id, kind="shift")
        assert (state.code, state.due_at) == ("S1-day", at(10))

    pass_time(at(9.9))
    pass_time(at(10.5))
    Drain()._work(tenant.id, at(10.5))
    with tenant_scope(tenant.id):
        alert = NOCAlertEvent.objects.get()
        assert (alert.alert_type, alert.severity) == ("ATTENDANCE_MISSING", Severity.MEDIUM)
        assert (alert.entity_type, alert.entity_id) == ("shift_assignment", "S1-day:P2")
        assert (alert.site.code, alert.person.code) == ("S1", "P2")
        assert alert.first_seen_at == at(10)
        assert NOCIncident.objects.count() == 1

    work(tenant, punch(31, "P2"), minute=31)
    with tenant_scope(tenant.id):
        assert NOCAlertEvent.objects.get().signal == SignalState.RESOLVED
        late = Assignment.objects.get(person_code="P2")
        assert (late.checked_in_at, late.is_rostered) == (at(31), True)
        assert Punch.objects.count() == 2


def test_a_roster_may_come_after_its_punches_and_be_published_again():
    tenant = an_operation()
    early = event("roster", -9, kind="leave_notice", shift="S1-day", person="P2", reason="away")
    work(tenant, early, punch(-5, "P1"), punch(2, "P3"), minute=2)
    work(tenant, roster(3), minute=3)
    with tenant_scope(tenant.id):
        [shift] = Shift.objects.all()
        assert (shift.site.code, shift.starts_at, shift.required) == ("S1", at(0), 2)
        rows = dict(Assignment.objects.values_list("person_code", "checked_in_at"))
        assert rows == {"P1": at(-5), "P2": None, "P3": at(2)}
        told = Assignment.objects.get(person_code="P2")
        assert (told.on_leave_since, told.leave_reason) == (at(-9), "away")

    work(
        tenant,
        event("roster", 4, kind="leave_notice", shift="S1-day", person="P2", reason="ill"),
        roster(5, "P2"),
        punch(400, "P1", "check_out"),
        minute=400,
    )
    with tenant_scope(tenant.id):
        one, two = Assignment.objects.filter(person_code__in=("P1", "P2")).order_by("person_code")
        assert (one.is_rostered, one.checked_out_at) == (False, at(400))
        assert (two.is_rostered, two.leave_reason) == (True, "ill")

    before = roster(4, "P1", "P3")._replace(is_history=True)
    work(tenant, before, roster(4, "P1")._replace(received_at=at(401).timestamp()), minute=401)
    with tenant_scope(tenant.id):
        assert Shift.objects.get().published_at == at(5)
        standing = Assignment.objects.filter(is_rostered=True)
        assert list(standing.values_list("person_code", flat=True)) == ["P2"]


def test_history_is_recorded_and_raises_nothing():
    tenant = an_operation()
    events = [roster(), punch(-5, "P1")]
    store(tenant, *(one._replace(is_history=True) for one in events))
    EventDrain()._work(tenant.id, at(50_000))
    with tenant_scope(tenant.id):
        assert Assignment.objects.filter(checked_in_at=at(-5)).count() == 1
        assert not SubjectState.objects.filter(tenant_id=tenant.id).exists()
        assert brought_in() == BroughtIn(at(-60), at(50_000))


def test_an_event_that_cannot_be_worked_is_set_aside_and_the_others_are_worked():
    tenant = an_operation()
    good = [punch(n, f"G{n}") for n in range(5)]
    bad = punch(5, "G5")
    bad = bad._replace(event=msgspec.structs.replace(bad.event, post="a \x00"))
    store(tenant, *good, bad)
    EventDrain()._work(tenant.id, at(6))
    with tenant_scope(tenant.id):
        assert Punch.objects.count() == 5
        [left] = IntakeRecord.objects.filter(tenant_id=tenant.id)
        assert left.event_id.hex == bad.event_id
        assert left.error


def test_reports_and_events_do_not_wait_for_each_other():
    tenant = an_operation()
    store(tenant, punch(0, "P1"))
    assert Drain()._work(tenant.id, at(0)) == 0
    assert EventDrain()._work(tenant.id, at(0)) == 1


def test_after_an_outage_time_passes_with_the_events_that_waited():
    """What happened while nobody worked is known before anybody is missed for it."""
    tenant = an_operation()
    work(tenant, roster(), minute=-60)
    store(tenant, punch(-5, "P1"), punch(2, "P2"))
    store(tenant, reading(300, "SMOKE"), lane=Lane.EVENT_LIFE_SAFETY)
    pass_time(at(301))
    drain = EventDrain(most=1)
    while drain._work(tenant.id, at(301)):
        continue
    Drain()._work(tenant.id, at(301))
    Drain()._work(tenant.id, at(301))
    with tenant_scope(tenant.id):
        types = set(NOCAlertEvent.objects.values_list("alert_type", flat=True))
        assert types == {"FIRE"}
        assert Assignment.objects.filter(checked_in_at=at(2)).exists()


def test_danger_to_people_waits_for_nothing_that_is_due():
    tenant = an_operation()
    work(tenant, roster(), minute=0)
    store(tenant, reading(11, "SMOKE"), lane=Lane.EVENT_LIFE_SAFETY)
    EventDrain()._work(tenant.id, at(11))
    with tenant_scope(tenant.id):
        [waiting] = IntakeRecord.objects.filter(tenant_id=tenant.id)
        assert waiting.lane == Lane.LIFE_SAFETY
        assert SubjectState.objects.get(tenant_id=tenant.id, kind="shift").due_at == at(10)


def test_danger_by_the_tenants_own_word_goes_before_all_else_to_its_incident():
    tenant = an_operation()
    tenant.settings = {"alerts": {"life_safety_types": ["lone-worker", "smoke"]}}
    tenant.save()
    said = [reading(1, "Lone Worker"), reading(1, "SMOKE"), reading(1, "GAS")]
    store(tenant, *said, lane=Lane.EVENT_LIFE_SAFETY)
    EventDrain()._work(tenant.id, at(1))
    with tenant_scope(tenant.id):
        lanes = IntakeRecord.objects.values_list("lane", flat=True)
        assert list(lanes) == [Lane.LIFE_SAFETY, Lane.LIFE_SAFETY]
    Drain()._work(tenant.id, at(1))
    with tenant_scope(tenant.id):
        told = NOCIncident.objects.filter(is_life_safety=True)
        assert told.count() == 2
        types = NOCAlertEvent.objects.values_list("alert_type", "site__code").order_by("alert_type")
        assert list(types) == [("FIRE", "S1"), ("LONE_WORKER", "S1")]


def test_a_time_that_cannot_be_gives_way_and_one_that_is_late_is_believed():
    tenant = an_operation()
    work(tenant, roster(), minute=-60)
    ahead = punch(90_000, "P1")._replace(received_at=at(-5).timestamp())
    work(tenant, ahead, minute=-5)
    late = punch(2, "P2")._replace(received_at=at(700).timestamp())
    work(tenant, punch(699, "P3"), late, minute=700)
    with tenant_scope(tenant.id):
        assert dict(Punch.objects.values_list("person_code", "at")) == {
            "P1": at(-5), "P2": at(2), "P3": at(699),
        }  # fmt: skip
        told = NOCAlertEvent.objects.values_list("alert_type", "person__code")
        assert ("SCHEDULE_MISMATCH", "P1") not in told


def test_a_key_that_is_bound_to_a_site_says_nothing_of_the_things_of_others():
    tenant = an_operation()
    with tenant_scope(tenant.id):
        inventory.import_inventory(
            {InventoryKind.DEVICE: [{"code": "smoke-1", "site": "S1"}]}, by=SYSTEM, now=at(-600)
        )
    theirs = event("tickets", -60, ticket="T1", state="OPEN", site="S1")
    work(tenant, roster(), theirs, minute=-60)
    foreign = [
        event("heartbeats", 1, device="smoke-1", site="S2"),
        roster(1, "P9", site="S2"),
        punch(1, "P1")._replace(event=msgspec.structs.replace(punch(1, "P1").event, site="S2")),
        event("tickets", 1, ticket="T1", state="CLOSED", site="S2"),
        event("tickets", 1, ticket="T2", state="OPEN", site="S2"),
    ]
    work(tenant, *(one._replace(is_bound=True) for one in foreign), minute=2)
    with tenant_scope(tenant.id):
        left = IntakeRecord.objects.filter(tenant_id=tenant.id).order_by("event_id")
        assert [row.error for row in left] == [
            "device smoke-1 is of a site outside this key",
            "shift S1-day is of a site outside this key",
            "shift S1-day is of a site outside this key",
            "ticket T1 is of a site outside this key",
        ]
        assert dict(Ticket.objects.values_list("code", "state")) == {"T1": "OPEN", "T2": "OPEN"}
        assert not Punch.objects.exists()


def reading(minute: float, kind: str):
    return event("sensors", minute, device="smoke-1", site="S1", kind=kind, state="DETECTED")


def test_history_gives_way_to_what_happens_now():
    tenant = an_operation()
    past = punch(-5, "P1")._replace(is_history=True)
    store(tenant, past, lane=Lane.HISTORY)
    store(tenant, roster())
    drain = EventDrain(most=1)
    assert drain._work(tenant.id, at(0)) == 1
    with tenant_scope(tenant.id):
        assert Shift.objects.exists()
        assert not Punch.objects.exists()


def test_whose_events_are_of_the_past_is_not_judged_by_the_present():
    """What an inspection said today would make all that is still to come of March too late."""
    tenant, other = an_operation(), an_operation()
    later = at(60 * 24 * 200)
    store(tenant, roster()._replace(received_at=later.timestamp()))
    EventDrain()._work(tenant.id, later)
    work(other, roster(), minute=0)
    past = replaying(later)
    assert tenant.id in past
    assert other.id not in past

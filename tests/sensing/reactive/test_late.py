"""Events that come late, in pieces, or with a time that cannot be."""

from __future__ import annotations

from datetime import timedelta

from tests.sensing.operation import at, event, work
from tests.sensing.reactive.test_drain import an_operation, punch, roster
from watchfloor.aiops.operation.facts.shift import ShiftFacts
from watchfloor.domain.shifts.models import Assignment, Punch
from watchfloor.noc.alerts.models import NOCAlertEvent, SignalState
from watchfloor.noc.drain import Drain
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.reactive import store
from watchfloor.sensing.reactive.drain import pass_time
from watchfloor.sensing.reactive.models import SubjectState

DAY = 24 * 60


def told(tenant: Tenant) -> dict[str, str]:
    with tenant_scope(tenant.id):
        return dict(NOCAlertEvent.objects.values_list("alert_type", "signal"))


def arriving(minute: float, one):
    return one._replace(received_at=at(minute).timestamp())


def test_who_came_long_ago_or_by_a_wrong_clock_is_recorded_so() -> None:
    tenant = an_operation()
    work(tenant, roster(), punch(-5, "P1"), minute=0)
    pass_time(at(11))
    work(tenant, arriving(12, punch(12 - 20 * DAY, "P2")), minute=12)
    assert told(tenant) == {"ATTENDANCE_MISSING": SignalState.FIRING}
    with tenant_scope(tenant.id):
        assert Assignment.objects.get(person_code="P2").checked_in_at is None
        assert Punch.objects.get(person_code="P2").at == at(12) - timedelta(days=20)

    work(tenant, arriving(13, punch(13 + 3 * DAY, "P2")), minute=13)
    assert told(tenant) == {"ATTENDANCE_MISSING": SignalState.RESOLVED}
    with tenant_scope(tenant.id):
        ahead = Punch.objects.filter(person_code="P2").latest("at")
        assert (ahead.at, ahead.claimed_at) == (at(13), at(13) + timedelta(days=3))


def test_between_the_pieces_of_late_data_nothing_is_silent() -> None:
    tenant = an_operation()
    beats = [
        event("heartbeats", minute, device=f"CAM-{camera}", site="S1")
        for minute in range(-59, 1)
        for camera in range(3)
    ]
    for piece in range(5):
        minute = piece * 0.01
        some = beats[piece * 36 : (piece + 1) * 36]
        work(tenant, *(arriving(minute, one) for one in some), minute=minute)
        pass_time(at(minute))
    pass_time(at(0.5))
    assert told(tenant) == {}

    sla = {"ticket": "T1", "site": "S1", "priority": 1}
    work(tenant, arriving(1, event("tickets", -600, state="NEW", **sla)), minute=1)
    work(tenant, arriving(1.1, event("tickets", -599, state="ON_HOLD", **sla)), minute=1.1)
    pass_time(at(3))
    while Drain()._work(tenant.id, at(3)):
        continue
    assert "SLA_BREACH" not in told(tenant)


def test_moments_are_kept_whether_they_are_whole_seconds_or_not() -> None:
    tenant = an_operation()
    with tenant_scope(tenant.id):
        due = int(at(5).timestamp())
        dues = {"A": due, "B": due + 0.5, "C": None}
        store.save([store.Known(ShiftFacts(code=code), at) for code, at in dues.items()])
        rows = SubjectState.objects.filter(tenant_id=tenant.id).order_by("code")
        kept = list(rows.values_list("due_at", flat=True))
    assert kept == [at(5), at(5) + timedelta(seconds=0.5), None]


def test_how_late_timers_are_is_measured() -> None:
    tenant = an_operation()
    work(tenant, roster(), minute=0)
    with tenant_scope(tenant.id):
        due = SubjectState.objects.get(tenant_id=tenant.id, kind="shift").due_at
    assert due == at(10)
    assert store.overdue_seconds([tenant.id], at(9)) == 0.0
    assert store.overdue_seconds([tenant.id], at(12)) == 120.0

"""People on no roster who fill a place, through rows and rules."""

from __future__ import annotations

from itertools import groupby

from tests.sensing.operation import at, event, work
from tests.sensing.reactive.test_unnamed_shifts import an_operation, attended, punch, roster
from watchfloor.aiops.operation.stored import Arrived
from watchfloor.domain.shifts.models import Assignment, Punch
from watchfloor.noc.alerts.models import NOCAlertEvent, Report, SignalState
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.presence import selectors as presence
from watchfloor.sensing.reactive.drain import pass_time

RELIEVED = "Relieved by P3, who is on no roster"


def whys() -> list[str]:
    rows = Report.objects.filter(signal=SignalState.RESOLVED).order_by("occurred_at")
    return list(rows.values_list("message", flat=True))


def missing() -> list[str]:
    firing = NOCAlertEvent.objects.filter(signal=SignalState.FIRING)
    return list(firing.values_list("person__code", flat=True))


def stand_ins() -> set[tuple[str, str]]:
    rows = Assignment.objects.filter(stands_in=True)
    return set(rows.values_list("shift__code", "person_code"))


def test_relief_fills_a_gap_until_it_turns_out_to_be_rostered_elsewhere():
    tenant = an_operation()
    work(tenant, roster(-60, "day", "S1", 0, "P1"), roster(-60, "eve", "S1", 600, "P2"), minute=-60)
    work(tenant, punch(-9, "P5"), minute=-9)
    pass_time(at(11))
    work(tenant, punch(15, "P3"), punch(16, "P4"), minute=16)
    with tenant_scope(tenant.id):
        assert (missing(), whys()) == ([], [RELIEVED])
        assert stand_ins() == {("day", "P3")}
        [day] = presence.going_on(EVERYTHING, at(20))
        manned = presence.manned(day, at(20))
        assert (manned.short, [one.presence for one in manned.people]) == (
            0, ["missing", "unexpected"],
        )  # fmt: skip
        assert set(Punch.objects.values_list("shift_code", flat=True)) == {""}

    work(tenant, punch(20, "P4", "check_out"), roster(30, "own", "S1", 0, "P3"), minute=30)
    with tenant_scope(tenant.id):
        assert missing() == ["P1"]
        assert attended()["own", "P3"] == [at(15), None]
        assert stand_ins() == {("day", "P4")}
        assert not NOCAlertEvent.objects.exclude(alert_type="ATTENDANCE_MISSING").exists()


def the_day() -> list[Arrived]:
    """Rosters, leave, relief that comes and goes, and somebody who is late."""
    ill = event("roster", -30, kind="leave_notice", shift="day", person="P1")
    return [
        roster(-60, "day", "S1", 0, "P1"),
        roster(-59, "post", "S1", 5, "P2"),
        ill,
        punch(-5, "P3"),
        punch(20, "P4"),
        punch(40, "P2"),
        punch(50, "P3", "check_out"),
        punch(80, "P5"),
    ]


def outcome(tenant: Tenant) -> tuple[object, ...]:
    with tenant_scope(tenant.id):
        alerts = NOCAlertEvent.objects.values_list("person__code", "first_seen_at", "signal")
        rows = Assignment.objects.values_list(
            "shift__code", "person_code", "stands_in", "checked_in_at", "checked_out_at"
        )
        return sorted(alerts), sorted(rows), whys()


def test_it_does_not_matter_in_which_batches_and_order_it_was_heard():
    seen = []
    for cuts in (range(8), (0, 0, 0, 0, 0, 1, 1, 1)):
        tenant = an_operation()
        batches = groupby(zip(cuts, the_day(), strict=True), key=lambda pair: pair[0])
        for _, batch in batches:
            some = [one for _, one in batch]
            work(tenant, *some, minute=(some[-1].received_at - at().timestamp()) / 60)
        seen.append(outcome(tenant))
    assert seen[0] == seen[1]
    alerts, rows, why = seen[0]
    assert [row[:3] for row in rows if row[2]] == [
        ("day", "P3", True), ("day", "P5", True), ("post", "P4", True)
    ]  # fmt: skip
    assert ([who for who, *_ in alerts], why) == (
        ["P1", "P2"], ["Relieved by P4, who is on no roster", "Relieved by P5, who is on no roster"]
    )  # fmt: skip

    late, day = an_operation(), the_day()
    for some in ([day[3], day[0]], day[4:], day[1:3]):
        heard = [one._replace(received_at=at(81).timestamp()) for one in some]
        work(late, *heard, minute=81)
    _, others, _ = outcome(late)
    assert others == rows


def test_the_place_of_somebody_on_a_break_is_held_for_a_while():
    tenant = an_operation()
    work(
        tenant, roster(-60, "day", "S1", 0, "P1", "P2"), punch(-5, "P1"), punch(-4, "P2"), minute=0
    )
    work(tenant, punch(60, "P1", "break_start"), punch(61, "P2", "break_start"), minute=61)
    work(tenant, punch(90, "P2", "break_end"), minute=90)
    with tenant_scope(tenant.id):
        [day] = presence.going_on(EVERYTHING, at(119))
        for minute, short, seen in ((119, 0, "on_break"), (120, 1, "left")):
            manned = presence.manned(day, at(minute))
            assert (manned.short, [one.presence for one in manned.people]) == (
                short, [seen, "present"]
            )  # fmt: skip
    work(tenant, punch(130, "P3"), minute=130)
    with tenant_scope(tenant.id):
        assert (missing(), whys()) == ([], [RELIEVED])
        assert stand_ins() == {("day", "P3")}
    work(tenant, punch(140, "P3", "break_start"), punch(150, "P1", "break_end"), minute=150)
    with tenant_scope(tenant.id):
        rows = Assignment.objects.order_by("person_code")
        breaks = rows.values_list("person_code", "on_break_since", "checked_out_at")
        assert list(breaks) == [("P1", None, None), ("P2", None, None), ("P3", at(140), None)]

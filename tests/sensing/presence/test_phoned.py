"""What guards say on the phone: that they came, left, or will not come."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.test import Client as Browser
from django.utils import timezone

from tests.make import make_tenant, make_user, signed_in
from tests.sensing.operation import START, event, work
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.org.models import Site
from watchfloor.domain.shifts.models import Assignment, Punch, Shift
from watchfloor.noc.alerts.models import NOCAlertEvent, SignalState
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant


def with_a_shift(now: datetime) -> tuple[Tenant, Shift]:
    """Return a shift that began half an hour ago for two people, of whom nobody came."""
    tenant = make_tenant()
    rows = {
        InventoryKind.SITE: [{"code": "S1"}, {"code": "S2"}],
        InventoryKind.PERSON: [{"code": code} for code in ("P1", "P2", "P3")],
    }
    with tenant_scope(tenant.id):
        inventory.import_inventory(rows, by=SYSTEM, now=now - timedelta(days=9))
    span = {"start": now - timedelta(minutes=30), "end": now + timedelta(hours=8)}
    told = {"kind": "roster", "shift": "day", "site": "S1", "required": 2, "people": ["P1", "P2"]}
    work(tenant, event("roster", minute_of(now) - 60, **told, **span), minute=minute_of(now))
    with tenant_scope(tenant.id):
        return tenant, Shift.objects.get()


def minute_of(at: datetime) -> float:
    return (at - START) / timedelta(minutes=1)


def missing(tenant: Tenant) -> set[str | None]:
    with tenant_scope(tenant.id):
        fires = NOCAlertEvent.objects.filter(signal=SignalState.FIRING)
        rows = fires.filter(alert_type="ATTENDANCE_MISSING")
        return set(rows.values_list("person__code", flat=True))


def tell(browser: Browser, shift: Shift, act: str, **said: Any) -> Any:
    path = f"/api/v1/presence/{shift.pk}/{act}"
    return browser.post(path, said, content_type="application/json")


def test_who_is_missing_is_checked_in_by_phone_and_their_alert_ends() -> None:
    now = timezone.now()
    tenant, shift = with_a_shift(now)
    anna = signed_in(make_user(tenant))
    assert missing(tenant) == {"P1", "P2"}
    assert 'id="phoned"' in anna.get(f"/presence/{shift.pk}").getvalue().decode()

    came = now - timedelta(minutes=31)
    assert tell(anna, shift, "check-in", person="P1", at=came.isoformat()).status_code == 202
    assert tell(anna, shift, "leave", person="P2", reason="flu").status_code == 202
    assert tell(anna, shift, "check-in", person="P3").status_code == 202
    work(tenant, minute=minute_of(now) + 1)
    assert missing(tenant) == set()
    with tenant_scope(tenant.id):
        people = Assignment.objects.order_by("person_code")
        told = people.values_list("person_code", "checked_in_at", "leave_reason", "is_rostered")
        [first, second, third] = told
        assert (first, second) == (("P1", came, "", True), ("P2", None, "flu", True))
        assert (third[0], third[3]) == ("P3", False), "who stands in"
        assert set(Punch.objects.values_list("method", flat=True)) == {"phone"}
        trail = AuditRow.objects.filter(object_kind__in=("punch", "assignment"))
        assert sorted(trail.values_list("action", flat=True)) == [
            "leave.told", "punch.told", "punch.told"
        ]  # fmt: skip

    assert tell(anna, shift, "check-out", person="P1").status_code == 202
    work(tenant, minute=minute_of(now) + 2)
    shown = anna.get(f"/presence/{shift.pk}").getvalue().decode()
    assert "Has left" in shown
    assert "1 of 2 there" in shown


def test_only_who_may_act_there_tells_and_only_of_who_can_be_meant() -> None:
    now = timezone.now()
    tenant, shift = with_a_shift(now)
    anna, elsewhere = signed_in(make_user(tenant)), make_user(tenant)
    with tenant_scope(tenant.id):
        other = Site.objects.get(code="S2")
        RoleGrant.objects.filter(user=elsewhere).update(site_id=other.pk)
    victor = signed_in(make_user(tenant, "viewer"))
    csrf = signed_in(make_user(tenant), enforce_csrf_checks=True)
    stranger = signed_in(make_user(make_tenant(), "admin"))

    for act in ("check-in", "check-out", "leave"):
        for who, status in (
            (victor, 403), (csrf, 403), (Browser(), 401), (stranger, 404),
            (signed_in(elsewhere), 404),
        ):  # fmt: skip
            assert tell(who, shift, act, person="P1").status_code == status, act
    assert 'id="phoned"' not in victor.get(f"/presence/{shift.pk}").getvalue().decode()
    for act, name, said in (
        ("check-in", "person", {"person": "P9"}),
        ("check-in", "at", {"person": "P1", "at": (now + timedelta(days=1)).isoformat()}),
        ("leave", "person", {"person": "P3"}),
    ):
        answer = tell(anna, shift, act, **said)
        assert (answer.status_code, list(answer.json()["fields"])) == (422, [name])
    work(tenant, minute=minute_of(now) + 1)
    with tenant_scope(tenant.id):
        assert not Punch.objects.exists()


def test_leave_of_the_register_shows_on_post_as_leave_that_was_phoned_in_does() -> None:
    now = timezone.now()
    tenant, shift = with_a_shift(now)
    admin = signed_in(make_user(tenant, "admin"))
    day = shift.starts_at.date()

    def grant(person: str, until: date) -> str:
        row = {"person": person, "starts_on": str(day), "ends_on": str(until)}
        answer = admin.post("/api/v1/leave", row, content_type="application/json")
        return f"/api/v1/leave/{answer.json()['id']}"

    def on_post() -> list[str]:
        [one] = admin.get("/api/v1/presence").json()["items"]
        return [person["presence"] for person in one["people"]]

    granted = grant("P1", day)
    assert tell(admin, shift, "leave", person="P2", reason="flu").status_code == 202
    work(tenant, minute=minute_of(now) + 1)
    assert on_post() == ["on_leave", "on_leave"]
    with tenant_scope(tenant.id):
        first, second = Assignment.objects.order_by("person_code")
        assert (first.on_leave_since, first.leave_reason) == (
            datetime.combine(day, time(), UTC), ""
        )  # fmt: skip
        assert second.leave_reason == "flu"
    grant("P2", day)
    assert admin.delete(granted).status_code == 204
    assert on_post() == ["missing", "on_leave"]
    with tenant_scope(tenant.id):
        assert Assignment.objects.get(person_code="P2").leave_reason == "flu", "it was told"

    grant("P3", day + timedelta(days=9))
    span = {"start": shift.starts_at, "end": shift.ends_at}
    told = {"kind": "roster", "shift": "day", "site": "S1", "required": 2, "people": ["P1", "P3"]}
    work(tenant, event("roster", minute_of(now) + 2, **told, **span), minute=minute_of(now) + 2)
    assert on_post() == ["missing", "on_leave"], "it was granted before the roster"

"""Windows and silences: what they would keep quiet before, what they do then, whose they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_alert, make_site
from tests.make import make_tenant, make_user, signed_in
from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts.models import MaintenanceWindow
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

HOSTILE = '<img src=x onerror="hacked()">'


def window(**values: Any) -> dict[str, Any]:
    now = timezone.now()
    times = {
        "starts_at": (now - timedelta(hours=1)).isoformat(),
        "ends_at": (now + timedelta(hours=1)).isoformat(),
    }
    return {"title": "Pumps are cleaned", **times, **values}


def silence(*matchers: dict[str, Any]) -> dict[str, Any]:
    ends_at = (timezone.now() + timedelta(hours=1)).isoformat()
    return {"reason": "On order", "ends_at": ends_at, "matchers": list(matchers)}


def post(browser: Browser, path: str, body: dict[str, Any]) -> Any:
    return browser.post(f"/api/v1/{path}", body, content_type="application/json")


def bound_to(tenant: Tenant, site: Site, *, client: bool = False) -> Browser:
    """Return the browser of a supervisor of one site, or of its client."""
    user = make_user(tenant, "supervisor")
    place = {"client_id": site.client_id} if client else {"site_id": site.pk}
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=user).update(**place)
    return signed_in(user)


def at(site: Site) -> dict[str, Any]:
    return {"site": site, "client_id": site.client_id}


def test_a_preview_counts_what_fires_within_and_shows_ten_of_it() -> None:
    tenant = make_tenant()
    harbour, airport = make_site(tenant, "Harbour"), make_site(tenant, "Airport")
    for _ in range(12):
        make_alert(tenant, **at(harbour))
    make_alert(tenant, signal=2, **at(harbour))
    make_alert(tenant, **at(airport))
    supervisor = signed_in(make_user(tenant, "supervisor"))

    found = post(
        supervisor, "maintenance-windows/preview", window(site_ids=[str(harbour.pk)])
    ).json()

    assert (found["number"], found["looked_at"], len(found["alerts"])) == (12, 13, 10)
    assert {one["alert_type"] for one in found["alerts"]} == {"DOOR_FORCED"}
    with tenant_scope(tenant.id):
        assert not MaintenanceWindow.objects.exists()


def test_a_preview_tells_of_what_matches_and_is_told_all_the_same() -> None:
    tenant = make_tenant()
    make_alert(tenant, alert_type="PANIC")
    make_alert(tenant, alert_type="PUMP_OFF")
    supervisor = signed_in(make_user(tenant, "supervisor"))

    found = post(supervisor, "maintenance-windows/preview", window()).json()

    assert (found["number"], found["protected"]) == (1, 1)
    assert [one["alert_type"] for one in found["alerts"]] == ["PUMP_OFF"]


@pytest.mark.parametrize(
    ("matchers", "number"),
    [
        ([{"field": "alert_type", "op": "eq", "value": "pump off"}], 2),
        ([{"field": "message", "op": "glob", "value": "*basement*"}], 1),
        ([{"field": "source", "op": "in", "value": ["bms", "cctv"]}], 2),
        (
            [
                {"field": "alert_type", "op": "glob", "value": "PUMP_*"},
                {"field": "source", "op": "eq", "value": "cctv"},
            ],
            0,
        ),
    ],
)
def test_a_silence_is_previewed_by_its_matchers(matchers: list[Any], number: int) -> None:
    tenant = make_tenant()
    make_alert(tenant, "Basement is dry", alert_type="PUMP_OFF", source="bms")
    make_alert(tenant, "Roof", alert_type="PUMP_OFF")
    make_alert(tenant, "Lens dirty", alert_type="CAMERA", source="cctv")
    supervisor = signed_in(make_user(tenant, "supervisor"))

    assert post(supervisor, "silences/preview", silence(*matchers)).json()["number"] == number


def test_nonsense_is_refused_in_a_preview_as_in_earnest() -> None:
    supervisor = signed_in(make_user(make_tenant(), "supervisor"))
    backwards = window(ends_at=(timezone.now() - timedelta(hours=2)).isoformat())
    unknown = silence({"field": "colour", "op": "eq", "value": "red"})

    for path in ("maintenance-windows", "maintenance-windows/preview"):
        assert post(supervisor, path, backwards).status_code == 422
    for path in ("silences", "silences/preview"):
        assert post(supervisor, path, unknown).status_code == 422


@pytest.mark.parametrize("client", [False, True], ids=["of a site", "of a client"])
def test_a_supervisor_of_one_place_manages_windows_of_that_place_only(client: bool) -> None:
    tenant = make_tenant()
    mine, other = make_site(tenant, "Harbour"), make_site(tenant, "Airport")
    make_alert(tenant, "Pump stopped", **at(mine))
    make_alert(tenant, "Runway light out", **at(other))
    chief = signed_in(make_user(tenant, "supervisor"))
    theirs = post(
        chief, "maintenance-windows", window(title="Runway works", site_ids=[str(other.pk)])
    ).json()["id"]
    of_nobody = post(chief, "maintenance-windows", window(title="All sites")).json()["id"]
    bound = bound_to(tenant, mine, client=client)
    here = window(site_ids=[str(mine.pk)])

    assert post(bound, "maintenance-windows/preview", here).json()["number"] == 1
    assert post(bound, "maintenance-windows/preview", window()).status_code == 403
    there = window(site_ids=[str(other.pk)])
    assert post(bound, "maintenance-windows/preview", there).status_code == 403
    assert post(bound, "silences/preview", silence()).status_code in {403, 422}
    page = bound.get("/quiet").content.decode()
    assert "Runway works" not in page
    assert "All sites" in page
    assert f'data-end="maintenance-windows/{of_nobody}' not in page
    assert bound.delete(f"/api/v1/maintenance-windows/{theirs}").status_code == 404
    assert bound.delete(f"/api/v1/maintenance-windows/{of_nobody}").status_code == 403

    made = post(bound, "maintenance-windows", here).json()["id"]
    assert f'data-end="maintenance-windows/{made}' in bound.get("/quiet").content.decode()
    assert bound.delete(f"/api/v1/maintenance-windows/{made}").status_code == 204
    with tenant_scope(tenant.id):
        acts = AuditRow.objects.filter(object_id=made).order_by("id")
        assert [row.action for row in acts] == ["window.declared", "window.ended"]


def test_the_page_says_what_holds_what_will_and_nothing_of_what_is_over() -> None:
    tenant = make_tenant()
    admin = signed_in(make_user(tenant, "admin"))
    now = timezone.now()
    later = {
        "starts_at": (now + timedelta(hours=3)).isoformat(),
        "ends_at": (now + timedelta(hours=4)).isoformat(),
    }
    made = post(admin, "maintenance-windows", window(title="Now")).json()["id"]
    post(admin, "maintenance-windows", window(title="Later", **later, alert_types=["PUMP_OFF"]))
    post(admin, "maintenance-windows", window(title="Nightly", **later, recurrence="daily"))
    over = post(admin, "maintenance-windows", window(title="Was once")).json()["id"]
    with tenant_scope(tenant.id):
        MaintenanceWindow.objects.filter(pk=over).update(ends_at=now - timedelta(minutes=1))
    make_alert(tenant, suppressed_by=f"maintenance:{made}")

    page = admin.get("/quiet").content.decode()

    assert "1 alert kept quiet" in page
    assert page.count(">Holds<") == 1
    assert "Alerts of type PUMP_OFF" in page
    assert "daily, UTC" in page
    assert "Was once" not in page


def test_the_page_is_for_those_who_declare_maintenance() -> None:
    tenant = make_tenant()

    assert Browser().get("/quiet").status_code == 302
    assert signed_in(make_user(tenant, "operator")).get("/quiet").status_code == 403
    assert post(Browser(), "silences/preview", silence()).status_code == 401
    forged = signed_in(make_user(tenant, "admin"), enforce_csrf_checks=True)
    assert post(forged, "maintenance-windows/preview", window()).status_code == 403


def test_a_stranger_sees_and_ends_nothing() -> None:
    tenant = make_tenant()
    admin = signed_in(make_user(tenant, "admin"))
    made = post(admin, "maintenance-windows", window()).json()["id"]
    make_alert(tenant)
    stranger = signed_in(make_user(make_tenant(), "admin"))

    assert "Pumps are cleaned" not in stranger.get("/quiet").content.decode()
    assert stranger.delete(f"/api/v1/maintenance-windows/{made}").status_code == 404
    assert post(stranger, "maintenance-windows/preview", window()).json()["looked_at"] == 0


def test_what_people_wrote_stays_text_and_the_queries_do_not_grow() -> None:
    tenant = make_tenant()
    site = make_site(tenant, HOSTILE)
    admin, guard = signed_in(make_user(tenant, "admin")), bound_to(tenant, site)

    def queries(count: int) -> tuple[int, ...]:
        for _ in range(count):
            post(admin, "maintenance-windows", window(title=HOSTILE, site_ids=[str(site.pk)]))
            matcher = {"field": "source", "op": "eq", "value": HOSTILE}
            post(admin, "silences", silence(matcher) | {"reason": HOSTILE})
        return tuple(asked(browser) for browser in (admin, guard))

    def asked(browser: Browser) -> int:
        with CaptureQueriesContext(connection) as seen:
            page = browser.get("/quiet").content.decode()
        assert "hacked" in page
        assert "<img src=x" not in page
        assert "data-end" in page
        return len(seen)

    guard.get("/quiet")  # who there is to be masked is read once
    few = queries(2)
    assert few == queries(8)
    assert max(few) <= 9


def test_what_a_preview_says_is_protected_a_window_tells_all_the_same() -> None:
    tenant = make_tenant()
    make_alert(tenant, alert_type="INTRUSION")
    supervisor = signed_in(make_user(tenant, "supervisor"))

    found = post(supervisor, "maintenance-windows/preview", window()).json()

    assert (found["number"], found["protected"]) == (0, 1)

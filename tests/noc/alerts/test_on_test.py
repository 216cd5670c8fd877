"""A place on test: what it says is kept as a test, told to nobody, and the test ends by itself."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.make import make_tenant, make_user, signed_in
from tests.noc import flow
from watchfloor.aiops.alerts.suppression import FOREVER
from watchfloor.domain.devices.models import Device
from watchfloor.domain.org.models import Client as Customer
from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts import testing
from watchfloor.noc.alerts.models import MaintenanceWindow, NOCAlertEvent
from watchfloor.noc.alerts.testing import Place
from watchfloor.noc.incidents import lifecycle, selectors
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Conflict, Invalid
from watchfloor.platform.tenancy.models import Tenant


@pytest.fixture
def site(tenant: Tenant) -> Site:
    client = Customer.objects.create(
        code="acme", name="Acme", created_at=flow.at(), is_verified=True
    )
    return Site.objects.create(
        code="S1", name="North Tower", client=client, created_at=flow.at(), is_verified=True
    )


def put_on_test(site: Site, minutes: float = 30, **place: Any) -> MaintenanceWindow:
    return testing.start(
        Place(site, **place), until=flow.at(minutes), caller="Bob of Alarm Ltd",
        by=SYSTEM, now=flow.at(0),
    )  # fmt: skip


def listed() -> list[bool]:
    return list(NOCIncident.objects.order_by("number").values_list("is_listed", flat=True))


def test_what_a_place_on_test_says_is_recorded_and_told_to_nobody(tenant, site) -> None:
    window = put_on_test(site)

    flow.work(tenant, flow.make_report(1), flow.make_report(1.5, severity=5))

    alert = NOCAlertEvent.objects.get()
    assert (alert.suppressed_by, alert.suppressed_why) == (
        f"test:{window.pk}",
        "on test for Bob of Alarm Ltd",
    )
    assert alert.occurrence_count == 2
    assert listed() == [False]


def test_an_intrusion_is_a_test_too_but_life_safety_shows_and_says_so(tenant, site) -> None:
    put_on_test(site)

    flow.work(tenant, flow.make_report(1, alert_type="INTRUSION"))
    flow.work(tenant, flow.make_report(2, alert_type="FIRE", severity=5))

    quiet = NOCAlertEvent.objects.get(alert_type="INTRUSION")
    assert quiet.suppressed_by.startswith("test:")
    fire = NOCIncident.objects.get(is_life_safety=True)
    assert fire.is_listed
    [(row, _)] = selectors.incident_rows([fire.pk])
    assert row["is_on_test"]


def test_life_safety_elsewhere_or_later_is_not_marked(tenant, site) -> None:
    put_on_test(site, 30)
    flow.work(tenant, flow.make_report(1, alert_type="FIRE", site="S2", device="d"))
    flow.work(tenant, flow.make_report(40, alert_type="FIRE"))

    rows = selectors.incident_rows(NOCIncident.objects.values_list("pk", flat=True))

    assert [row["is_on_test"] for row, _ in rows] == [False, False]


def test_what_still_fires_at_the_end_is_told_then_and_what_is_over_stays_a_test(
    tenant, site
) -> None:
    put_on_test(site, 10)
    flow.work(tenant, flow.make_report(1), flow.make_report(1, device="cam-2"))
    flow.work(tenant, flow.make_resolve(2, device="cam-2"))

    flow.work(tenant, flow.make_report(11, site="S9", device="else"))  # the stream's clock goes on
    lifecycle.sweep(tenant.id, flow.at(11))

    fires = NOCAlertEvent.objects.get(device_name="cam-1")
    over = NOCAlertEvent.objects.get(device_name="cam-2")
    assert fires.suppressed_by == ""
    assert over.suppressed_by.startswith("test:")
    assert over.suppressed_until.timestamp() == FOREVER


def test_a_test_that_is_ended_early_lets_go_at_once(tenant, site) -> None:
    window = put_on_test(site, 30)
    flow.work(tenant, flow.make_report(1))

    testing.end(window.pk, by=SYSTEM, now=flow.at(2))
    flow.work(tenant, flow.make_report(3, site="S9", device="else"))
    lifecycle.sweep(tenant.id, flow.at(3))

    assert NOCAlertEvent.objects.get(device_name="cam-1").suppressed_by == ""
    with pytest.raises(Conflict, match="over"):
        testing.end(window.pk, by=SYSTEM, now=flow.at(4))


@pytest.mark.parametrize(
    ("report", "is_test"),
    [
        ({"labels": {"zone": "7"}}, True),
        ({"entity_type": "zone", "entity_id": "7"}, True),
        ({"labels": {"zone": "8"}}, False),
        ({"labels": {"zone": "7"}, "site": "S9"}, False),
        ({}, False),
    ],
)
def test_a_zone_alone_is_on_test(tenant, site, report: dict[str, Any], is_test: bool) -> None:
    put_on_test(site, zone="7")

    flow.work(tenant, flow.make_report(1, **report))

    assert NOCAlertEvent.objects.get().suppressed_by.startswith("test:") is is_test


def test_a_device_alone_is_on_test(tenant, site) -> None:
    device = Device.objects.create(
        code="cam-1", name="Camera 1", site=site, created_at=flow.at(), is_verified=True
    )
    put_on_test(site, device=device)

    flow.work(tenant, flow.make_report(1), flow.make_report(1, device="cam-2"))

    kept = NOCAlertEvent.objects.exclude(suppressed_by="")
    assert [alert.device_name for alert in kept] == ["cam-1"]


def test_a_test_ends_within_a_day_and_names_its_caller(tenant, site) -> None:
    with pytest.raises(Invalid):
        put_on_test(site, 24 * 60 + 1)
    with pytest.raises(Invalid):
        put_on_test(site, 0)
    with pytest.raises(Invalid):
        testing.start(Place(site), until=flow.at(5), caller=" ", by=SYSTEM, now=flow.at())


def post(browser: Client, **body: Any) -> Any:
    return browser.post("/api/v1/tests", json.dumps(body), content_type="application/json")


def test_an_operator_puts_a_site_on_test_and_ends_it_by_http(tenant, site) -> None:
    browser = signed_in(make_user(tenant))

    made = post(browser, site_id=str(site.pk), minutes=30, caller="Bob")

    assert made.status_code == 201, made.content
    test = made.json()
    assert (test["place"], test["caller"], test["signals"]) == ("North Tower", "Bob", 0)
    [listed] = browser.get("/api/v1/tests").json()["items"]
    assert listed["id"] == test["id"]
    assert browser.delete(f"/api/v1/tests/{test['id']}").status_code == 204
    assert browser.get("/api/v1/tests").json()["items"] == []
    acts = AuditRow.objects.filter(object_kind="test").order_by("at")
    assert [(act.action, act.object_id) for act in acts] == [
        ("test.started", test["id"]),
        ("test.ended", test["id"]),
    ]


def test_strangers_viewers_and_who_is_bound_elsewhere_put_nothing_on_test(tenant, site) -> None:
    body = {"site_id": str(site.pk), "minutes": 30, "caller": "Bob"}
    test = post(signed_in(make_user(tenant)), **body).json()
    path = f"/api/v1/tests/{test['id']}"
    elsewhere = make_user(tenant)
    other = Site.objects.create(code="S2", name="B", client=site.client, created_at=flow.at())
    RoleGrant.objects.filter(user=elsewhere).update(site_id=other.pk)
    stranger, bound = signed_in(make_user(make_tenant(), "admin")), signed_in(elsewhere)

    assert post(Client(), **body).status_code == 401
    assert post(signed_in(make_user(tenant, "viewer")), **body).status_code == 403
    for one in (stranger, bound):
        assert post(one, **body).status_code == 422
        assert one.get("/api/v1/tests").json()["items"] == []
        assert (one.get(path).status_code, one.delete(path).status_code) == (404, 404)


@pytest.mark.parametrize(
    "body",
    [
        {"minutes": 30},
        {"site_id": "019a0000-0000-7000-8000-000000000000", "minutes": 30},
        {"device": "no-such", "minutes": 30},
        {"minutes": 1441},
        {},
        {"until": (timezone.now() + timedelta(days=2)).isoformat()},
    ],
)
def test_what_cannot_be_is_refused_with_the_cure(tenant, site, body: dict[str, Any]) -> None:
    place = {"site_id": str(site.pk)} if "until" in body else {}
    answer = post(signed_in(make_user(tenant)), **{"caller": "Bob", **place, **body})

    assert answer.status_code == 422
    assert answer.json()["fields"]

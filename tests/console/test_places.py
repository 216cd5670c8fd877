"""Lists and pages of sites, devices and people: what goes on there, and who may see it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_alert, make_cluster, make_incident, make_site
from tests.make import GRACES_NUMBER, NOW, make_tenant, make_user, signed_in, unique
from watchfloor.domain.devices.models import Device
from watchfloor.domain.org.models import Site
from watchfloor.domain.people.models import Person
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

LISTS = ("/sites", "/devices", "/people")
HOSTILE = '<img src=x onerror="hacked()">'


def make_device(tenant: Tenant, name: str, **values: Any) -> Device:
    with tenant_scope(tenant.id):
        return Device.objects.create(code=unique("device"), name=name, created_at=NOW, **values)


def make_person(tenant: Tenant, name: str, **values: Any) -> Person:
    with tenant_scope(tenant.id):
        return Person.objects.create(
            **{"code": unique("person"), "name": name, "created_at": NOW} | values
        )


def below(tenant: Tenant, site: Site, name: str) -> Site:
    with tenant_scope(tenant.id):
        return Site.objects.create(
            code=unique("site"), name=name, parent=site, client=site.client, created_at=NOW
        )


def bound_to(site: Site, tenant: Tenant, role: str = "operator") -> Browser:
    """Return the browser of somebody who sees this one site."""
    user = make_user(tenant, role)
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=user).update(site_id=site.pk)
    return signed_in(user)


def text(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.getvalue().decode()


@pytest.mark.parametrize("path", [*LISTS, "/sites.csv"])
def test_nobody_is_led_to_the_sign_in_page(path: str) -> None:
    assert Browser().get(path).status_code == 302


def test_a_stranger_finds_nothing_of_another_tenant() -> None:
    alice = make_tenant()
    site = make_site(alice, "Harbour")
    device = make_device(alice, "Harbour gate", site=site)
    person = make_person(alice, "Harbour guard", home_site=site)
    browser = signed_in(make_user(make_tenant(), "admin"))

    assert all("Harbour" not in text(browser, path) for path in LISTS)
    assert "Harbour" not in text(browser, "/sites.csv")
    for path in (f"/sites/{site.pk}", f"/devices/{device.pk}", f"/people/{person.pk}"):
        assert browser.get(path).status_code == 404


def test_an_operator_of_one_site_sees_that_site_only() -> None:
    tenant = make_tenant()
    mine, other = make_site(tenant, "Harbour"), make_site(tenant, "Airport")
    with tenant_scope(tenant.id):
        Site.objects.update(feeder="F1")
        Site.objects.filter(pk=mine.pk).update(parent=other)
    far = make_device(tenant, "Airport gateway", site=other)
    near = make_device(tenant, "Quay camera", site=mine, parent=far)
    guard = make_person(tenant, "Airport guard", home_site=other)
    make_incident(tenant, "Airport dark", site=other)
    make_alert(tenant, "Airport lamp", site=other, device=far)
    browser = bound_to(mine, tenant)

    for path in (*LISTS, f"/sites/{mine.pk}", f"/devices/{near.pk}"):
        assert "Airport" not in text(browser, path)
    for path in (f"/sites/{other.pk}", f"/devices/{far.pk}", f"/people/{guard.pk}"):
        assert browser.get(path).status_code == 404


def test_a_site_shows_what_is_open_and_fires_there_and_below() -> None:
    tenant = make_tenant()
    campus = make_site(tenant, "Campus")
    hall = below(tenant, campus, "Hall 2")
    make_incident(tenant, "Smoke in hall 2", site=hall, severity=5)
    make_incident(tenant, "Long over", site=hall, state="RESOLVED")
    make_incident(tenant, "Elsewhere", site=make_site(tenant, "Depot"))
    make_alert(tenant, "Detector 7 fires", site=hall, severity=5)
    make_alert(tenant, "In maintenance", site=hall, suppressed_by="maintenance:x")

    page = text(signed_in(make_user(tenant)), f"/sites/{campus.pk}")

    assert page.index("Smoke in hall 2") < page.index("Detector 7 fires")
    assert not any(told in page for told in ("Long over", "Elsewhere", "In maintenance"))


def test_a_list_counts_what_is_open_and_fires_at_each_site() -> None:
    tenant = make_tenant()
    site = make_site(tenant, "Harbour")
    make_site(tenant, "Airport")
    for severity in (2, 5):
        make_incident(tenant, site=site, severity=severity)
    make_alert(tenant, site=site, severity=4)

    page = signed_in(make_user(tenant)).get("/sites")

    told = [(str(one), still_open, firing) for one, still_open, firing in page.context["rows"]]
    assert told[0] == ("Airport", None, None)
    assert (told[1][1].count, told[1][1].worst, told[1][2].count) == (2, 5, 1)


def test_the_tree_hangs_cameras_on_their_gateway_and_marks_what_is_in_alarm() -> None:
    tenant = make_tenant()
    campus = make_site(tenant, "Campus")
    hall = below(tenant, campus, "Hall 2")
    gateway = make_device(tenant, "Gateway", site=hall)
    camera = make_device(tenant, "Camera", site=hall, parent=gateway)
    make_device(tenant, "Siren", site=campus, parent=gateway)
    make_device(tenant, "Lamp", site=campus)
    make_alert(tenant, "Camera lost", site=hall, device=camera, severity=4)

    page = signed_in(make_user(tenant)).get(f"/sites/{campus.pk}")

    nodes = [line.node for line in page.context["tree"].lines]
    named = ["Campus", "Lamp", "Hall 2", "Gateway", "Camera", "Siren"]
    assert [str(node.row) for node in nodes] == named
    assert [node.elsewhere for node in nodes] == ["", "", "", "", "", "Campus"]
    assert [node.standing.count for node in nodes] == [0, 0, 0, 0, 1, 0]
    [tree] = re.findall(r'<ul class="tree">.*?</section>', page.content.decode(), re.S)
    assert tree.count("<ul") == tree.count("</ul>") == 4
    assert tree.count("<li") == tree.count("</li>") == 6
    assert page.context["tree"].standing.count == 1


def test_sites_on_one_feeder_are_shown_together_with_those_in_alarm() -> None:
    tenant = make_tenant()
    harbour, airport, depot = (make_site(tenant, name) for name in ("Harbour", "Airport", "Depot"))
    with tenant_scope(tenant.id):
        Site.objects.exclude(pk=depot.pk).update(feeder="F-12")
    make_alert(tenant, "Mains lost", site=airport)

    page = signed_in(make_user(tenant)).get(f"/sites/{harbour.pk}")

    [group] = page.context["tree"].groups
    assert [str(site) for site, _ in group.sites] == ["Airport", "Harbour"]
    assert "2 sites share it; 1 of them is in alarm now." in page.content.decode()


def test_ninety_days_are_told_as_a_picture_as_a_sentence_and_as_a_table() -> None:
    tenant = make_tenant()
    site = make_site(tenant)
    now = timezone.now()
    for days, severity in ((0, 3), (10, 5), (10, 3), (89, 2), (91, 5)):
        make_incident(
            tenant, site=site, severity=severity, state="CLOSED",
            opened_at=now - timedelta(days=days),
        )  # fmt: skip

    page = signed_in(make_user(tenant)).get(f"/sites/{site.pk}")

    chart = page.context["going_on"].strip.chart
    worst = now.date() - timedelta(days=10)
    assert chart.said == (
        "4 incidents in the last 90 days: 1 critical, 2 medium, 1 low;"
        f" most on {worst:%-d %B}, with 2."
    )
    assert [bar.x for bar in chart.bars] == [0, 790, 790, 890]
    assert page.content.decode().count('<th scope="row">') == 3
    assert 'role="img" aria-label="4 incidents' in page.content.decode()


def test_a_device_and_a_person_show_the_incidents_that_hold_their_alerts() -> None:
    tenant = make_tenant()
    site = make_site(tenant)
    gateway = make_device(tenant, "Gateway 1", site=site)
    camera = make_device(tenant, "Camera 1", site=site, parent=gateway)
    guard = make_person(tenant, "Grace Hill", home_site=site)
    alert = make_alert(tenant, "Camera lost", site=site, device=camera, person=guard)
    make_incident(tenant, "Line cut", site=site, cluster=make_cluster(tenant, alert))
    make_incident(tenant, "Another matter", site=site)
    browser = signed_in(make_user(tenant))

    for path in (f"/devices/{camera.pk}", f"/people/{guard.pk}"):
        page = text(browser, path)
        assert "Line cut" in page
        assert "Another matter" not in page
    assert "Gateway 1" in text(browser, f"/devices/{camera.pk}")
    assert "Camera 1" in text(browser, f"/devices/{gateway.pk}")


def test_who_may_not_see_persons_sees_masks_and_can_neither_search_nor_dial() -> None:
    tenant = make_tenant()
    person = make_person(
        tenant, "Grace Hill", phone="+44 20 7946 0001", email="grace.hill@example.com"
    )
    make_person(tenant, "Ann Lee", code="Ann Lee", is_verified=False)
    operator = signed_in(make_user(tenant))
    viewer = signed_in(make_user(tenant, "viewer"))
    one = f"/people/{person.pk}"

    assert 'href="tel:+442079460001"' in text(operator, "/people") + text(operator, one)
    for path in ("/people", one):
        page = text(viewer, path)
        told = ("Grace", "Hill", ">Ann", "Ann Lee", *GRACES_NUMBER, "tel:", "mailto:")
        assert not any(one in page for one in told)
    assert "G••• H•••" in text(viewer, one)
    assert "••• 0001" in text(viewer, one)
    assert "g•••l@example.com" in text(viewer, one)
    assert "G•••" not in text(viewer, "/people?q=Grace")
    assert "Grace Hill" in text(operator, "/people?q=Grace")


def test_a_file_has_the_columns_of_the_import_and_no_cell_that_calculates() -> None:
    tenant = make_tenant()
    site = make_site(tenant, "=cmd|'/c calc'!A0")
    with tenant_scope(tenant.id):
        Site.objects.filter(pk=site.pk).update(latitude=-0.5, feeder="+F1")
    supervisor = make_user(tenant, "supervisor")

    answer = signed_in(supervisor).get("/sites.csv")

    assert answer["Content-Disposition"] == 'attachment; filename="sites.csv"'
    [row] = csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
    assert row["name"] == "'=cmd|'/c calc'!A0"
    assert (row["latitude"], row["feeder"]) == ("-0.5", "'+F1")
    with tenant_scope(tenant.id):
        noted = AuditRow.objects.get(action="list.exported")
        assert (noted.actor_id, noted.after) == (str(supervisor.pk), {"rows": 1, "names": False})
        assert row["client"] == site.client.code  # type: ignore[union-attr]


def test_a_file_leaves_by_who_may_export_and_holds_names_for_who_may_see_them() -> None:
    tenant = make_tenant()
    make_person(tenant, "Grace Hill", code="P1", phone="+44 20 7946 0001")

    assert signed_in(make_user(tenant)).get("/people.csv").status_code == 403
    auditor = signed_in(make_user(tenant, "auditor")).get("/people.csv").getvalue().decode()
    supervisor = signed_in(make_user(tenant, "supervisor")).get("/people.csv").getvalue().decode()
    assert "P1" in auditor
    assert "Grace" not in auditor
    assert not any(part in auditor for part in GRACES_NUMBER)
    assert "P1,Grace Hill,,'+44 20 7946 0001," in supervisor


def test_a_long_list_is_read_page_by_page_without_a_gap() -> None:
    tenant = make_tenant()
    for number in range(120):
        make_device(tenant, f"Camera {number:03}")
    browser = signed_in(make_user(tenant))
    seen: list[str] = []
    path: str | None = "/devices?q=Camera"

    while path:
        page = browser.get(path)
        seen += [str(device) for device, _ in page.context["rows"]]
        path = page.context["next"]

    assert seen == [f"Camera {number:03}" for number in range(120)]
    assert browser.get("/devices?after=nonsense").status_code == 422


def test_a_list_is_narrowed_by_name_site_and_who_named_it() -> None:
    tenant = make_tenant()
    site = make_site(tenant, "Harbour")
    make_device(tenant, "Quay camera", site=site)
    make_device(tenant, "Gate camera")
    make_device(tenant, "cam?", is_verified=False)
    browser = signed_in(make_user(tenant))

    def listed(query: str) -> list[str]:
        return [str(row[0]) for row in browser.get(f"/devices?{query}").context["rows"]]

    assert listed("q=CAMERA") == ["Gate camera", "Quay camera"]
    assert listed(f"site={site.pk}") == ["Quay camera"]
    assert listed("verified=no") == ["cam?"]
    assert listed("site=nonsense&verified=x") == ["Gate camera", "Quay camera", "cam?"]
    assert "Nothing here has this code or name." in text(browser, "/devices?q=zzz")


@pytest.mark.parametrize("path", LISTS)
def test_an_empty_list_says_how_to_fill_it(path: str) -> None:
    assert "watchfloor import inventory" in text(signed_in(make_user(make_tenant())), path)


def test_what_others_wrote_stays_text() -> None:
    tenant = make_tenant()
    site = make_site(tenant, HOSTILE)
    with tenant_scope(tenant.id):
        Site.objects.update(feeder=HOSTILE, region=HOSTILE)
    make_site(tenant, "Other")
    device = make_device(tenant, HOSTILE, site=site, kind=HOSTILE, model=HOSTILE)
    person = make_person(tenant, HOSTILE, phone=HOSTILE[:40], home_site=site)
    make_incident(tenant, HOSTILE, site=site)
    make_alert(tenant, HOSTILE, site=site, device=device, entity_id=HOSTILE)
    browser = signed_in(make_user(tenant, "admin"))

    for path in (*LISTS, f"/sites/{site.pk}", f"/devices/{device.pk}", f"/people/{person.pk}"):
        page = text(browser, path)
        assert "hacked" in page
        assert "<img src=x" not in page


def queries(browser: Browser, path: str) -> int:
    browser.get(path)
    with CaptureQueriesContext(connection) as counted:
        assert browser.get(path).status_code == 200
    return len(counted)


def fill(tenant: Tenant, site: Site, gateway: Device, guard: Person, count: int) -> None:
    for number in range(count):
        hall = below(tenant, site, f"Hall {number}")
        with tenant_scope(tenant.id):
            Site.objects.filter(pk=hall.pk).update(feeder="F1")
        camera = make_device(tenant, f"Camera {number}", site=hall, parent=gateway)
        make_person(tenant, f"Guard {number}", home_site=hall)
        alert = make_alert(tenant, site=site, device=gateway, person=guard)
        make_alert(tenant, site=hall, device=camera)
        make_incident(tenant, site=site, cluster=make_cluster(tenant, alert), is_life_safety=True)


@pytest.mark.parametrize(
    "address",
    [
        *((lambda site, gateway, guard, path=path: path) for path in LISTS),
        lambda site, gateway, guard: f"/sites/{site.pk}",
        lambda site, gateway, guard: f"/devices/{gateway.pk}",
        lambda site, gateway, guard: f"/people/{guard.pk}",
    ],
    ids=["sites", "devices", "people", "site", "device", "person"],
)
def test_the_queries_of_a_page_do_not_grow_with_its_rows(
    address: Callable[[Site, Device, Person], str],
) -> None:
    tenant = make_tenant()
    site = make_site(tenant, "Campus")
    with tenant_scope(tenant.id):
        Site.objects.update(feeder="F1")
    gateway = make_device(tenant, "Gateway", site=site)
    guard = make_person(tenant, "Grace Hill", home_site=site)
    path = address(site, gateway, guard)
    browser = signed_in(make_user(tenant))
    fill(tenant, site, gateway, guard, 1)
    few = queries(browser, path)

    fill(tenant, site, gateway, guard, 8)

    assert queries(browser, path) == few <= 15


@pytest.mark.parametrize("path", ["/sites", "/devices", "/people"])
def test_what_is_not_there_is_a_plain_404(path: str) -> None:
    assert signed_in(make_user(make_tenant())).get(f"{path}/{uuid7()}").status_code == 404

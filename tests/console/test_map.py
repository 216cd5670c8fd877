"""The map: which sites and what of them it is told, and who is."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from tests.console.making import make_incident, make_site
from tests.make import make_tenant, make_user, signed_in
from watchfloor.domain.org.models import Site
from watchfloor.noc.incidents.models import IncidentPlace
from watchfloor.platform.accounts.models import RoleGrant, User
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

PATHS = ("/map", "/map/sites.json", "/map/open.json")


def put(site: Site, latitude: float, longitude: float) -> Site:
    with tenant_scope(site.tenant_id):
        Site.objects.filter(pk=site.pk).update(latitude=latitude, longitude=longitude)
    return site


def told(browser: Browser, path: str) -> list[list[Any]]:
    [(_, rows)] = browser.get(f"/map/{path}.json").json().items()
    return sorted(rows, key=str)


def narrowed(user: User, tenant: Tenant, **place: Any) -> User:
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=user).update(**place)
    return user


def test_each_site_comes_with_its_position_and_those_without_come_too() -> None:
    tenant = make_tenant()
    harbour = put(make_site(tenant, "Harbour"), 51.5, -0.1)
    van = make_site(tenant, "Van 3")

    rows = told(signed_in(make_user(tenant)), "sites")

    assert sorted(rows, key=lambda row: row[1]) == [
        [str(harbour.pk), "Harbour", 51.5, -0.1],
        [str(van.pk), "Van 3", None, None],
    ]


def test_what_is_open_is_counted_by_site_and_severity() -> None:
    tenant = make_tenant()
    harbour, airport = (make_site(tenant, name) for name in ("Harbour", "Airport"))
    for severity in (3, 3, 5):
        make_incident(tenant, site=harbour, severity=severity)
    both = make_incident(tenant, site=harbour, severity=5, is_life_safety=True)
    with tenant_scope(tenant.id):
        IncidentPlace.objects.create(incident=both, site=airport, client=airport.client)
    make_incident(tenant, "Over", site=airport, state="RESOLVED")
    make_incident(tenant, "Digest", site=airport, is_listed=False)
    make_incident(tenant, "Nowhere", severity=2)

    expected = [
        [None, 2, False, 1],
        [str(airport.pk), 5, True, 1],
        [str(harbour.pk), 3, False, 2],
        [str(harbour.pk), 5, False, 1],
        [str(harbour.pk), 5, True, 1],
    ]
    assert told(signed_in(make_user(tenant)), "open") == sorted(expected, key=str)


def test_a_viewer_of_one_client_is_told_of_the_sites_of_that_client_alone() -> None:
    tenant = make_tenant()
    mine, other = (put(make_site(tenant, name), 1, 1) for name in ("Harbour", "Airport"))
    for site in (mine, other):
        make_incident(tenant, site=site)
    make_incident(tenant, "Nowhere")
    of_client = narrowed(make_user(tenant, "viewer"), tenant, client_id=mine.client_id)
    of_site = narrowed(make_user(tenant, "viewer"), tenant, site_id=mine.pk)

    for user in (of_client, of_site):
        browser = signed_in(user)
        assert [row[1] for row in told(browser, "sites")] == ["Harbour"]
        assert [row[0] for row in told(browser, "open")] == [str(mine.pk)]
        assert browser.get("/map").context["counts"] == {"all": 1, "placed": 1}


@pytest.mark.parametrize("path", PATHS)
def test_who_is_not_signed_in_or_may_see_nothing_is_refused(path: str) -> None:
    tenant = make_tenant()
    nobody = make_user(tenant, "viewer")
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=nobody).delete()

    assert Browser().get(path).status_code == (401 if path.endswith(".json") else 302)
    assert signed_in(nobody).get(path).status_code == 403


def test_a_map_without_sites_or_positions_says_how_to_get_them() -> None:
    tenant = make_tenant()
    browser = signed_in(make_user(tenant))
    assert "No sites yet." in browser.get("/map").content.decode()

    make_site(tenant)

    page = browser.get("/map").content.decode()
    assert "The one site has no position." in page
    assert "sitemap.js" not in page


@pytest.mark.parametrize("path", PATHS)
def test_the_queries_do_not_grow_with_sites_and_incidents(path: str) -> None:
    tenant = make_tenant()
    browser = signed_in(make_user(tenant))
    counts = []
    for number in (1, 8):
        for _ in range(number):
            make_incident(tenant, site=put(make_site(tenant), 1, number))
        with CaptureQueriesContext(connection) as counted:
            assert browser.get(path).status_code == 200
        counts.append(len(counted))

    assert counts[0] == counts[1] <= 15

"""Windows and silences name places: they are shown to who may see these."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.console.making import make_site
from tests.make import make_tenant, make_user, signed_in
from watchfloor.domain.org.models import Site
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

TIMES = {"starts_at": "2026-03-02T02:00Z", "ends_at": "2099-03-02T04:00Z"}


def post(client: Client, path: str, **body: Any) -> Any:
    made = client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json")
    assert made.status_code == 201, made.content
    return made.json()


def bound(tenant: Tenant, **place: Any) -> Client:
    user = make_user(tenant, "operator")
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=user).update(**place)
    return signed_in(user)


def titles(client: Client) -> set[str]:
    rows = client.get("/api/v1/maintenance-windows").json()["items"]
    for row in rows:
        shown = client.get(f"/api/v1/maintenance-windows/{row['id']}")
        assert shown.status_code == 200
    return {row["title"] for row in rows}


@pytest.fixture
def sites() -> tuple[Tenant, Site, Site]:
    tenant = make_tenant()
    return tenant, make_site(tenant), make_site(tenant, "South Gate")


def test_a_window_is_shown_where_it_lies_and_to_those_who_see_all_of_it(
    sites: tuple[Tenant, Site, Site],
) -> None:
    tenant, north, south = sites
    alice = signed_in(make_user(tenant, "supervisor"))
    places: dict[str, dict[str, list[str]]] = {
        "everywhere": {},
        "north": {"site_ids": [str(north.pk)]},
        "all of north": {"client_ids": [str(north.client_id)]},
        "south": {"site_ids": [str(south.pk)]},
        "both": {"site_ids": [str(north.pk), str(south.pk)]},
    }
    made = {
        title: post(alice, "/maintenance-windows", title=title, **TIMES, **place)["id"]
        for title, place in places.items()
    }

    guard, customer = bound(tenant, site_id=north.pk), bound(tenant, client_id=north.client_id)

    assert titles(alice) == set(places)
    assert titles(guard) == {"everywhere", "north"}
    assert titles(customer) == {"everywhere", "north", "all of north"}
    for title in ("south", "both"):
        assert guard.get(f"/api/v1/maintenance-windows/{made[title]}").status_code == 404


def test_silences_are_shown_to_those_who_see_all_clients(sites: tuple[Tenant, Site, Site]) -> None:
    tenant, north, _ = sites
    alice = signed_in(make_user(tenant, "supervisor"))
    matchers = [{"field": "site", "op": "eq", "value": "South Gate"}]
    made = post(
        alice, "/silences", reason="known", matchers=matchers, ends_at="2099-03-02T04:00:00Z"
    )

    guard = bound(tenant, site_id=north.pk)

    for path in ("/silences", f"/silences/{made['id']}"):
        assert alice.get(f"/api/v1{path}").status_code == 200
        assert guard.get(f"/api/v1{path}").status_code == 403

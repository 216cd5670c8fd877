"""Thresholds: only what a limit allows, the nearest wins, and each sees those of their places."""

from __future__ import annotations

from typing import Any

from django.test import Client as Browser

from tests.console.making import make_site
from tests.make import bearer, make_key, make_tenant, make_user, signed_in
from watchfloor.aiops.operation.rules.catalogue import LIMITS
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.accounts.senders import Bounds
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.reactive.directory import open_directory

LIMIT = next(iter(LIMITS.values()))
LOW, MIDDLE, HIGH = LIMIT.low, (LIMIT.low + LIMIT.high) / 2, LIMIT.high


def set_to(key: str, value: float, name: str = LIMIT.name, **place: str) -> Any:
    body = {"limit": name, "value": value, **place}
    return Browser().post(
        "/api/v1/thresholds", body, content_type="application/json", headers=bearer(key)
    )


def test_the_nearest_threshold_holds_as_soon_as_it_is_set(tenant: Tenant) -> None:
    site, other = make_site(tenant), make_site(tenant)
    key = make_key(tenant, "admin")
    with tenant_scope(tenant.id):
        assert open_directory().limit(LIMIT.name, site.code) == LIMIT.default

    made = [
        set_to(key, MIDDLE), set_to(key, LOW, client=site.client.code),
        set_to(key, HIGH, site=site.code),
    ]  # fmt: skip
    assert [answer.status_code for answer in made] == [200, 200, 200]
    with tenant_scope(tenant.id):
        directory = open_directory()
    assert directory.limit(LIMIT.name, site.code) == HIGH
    assert directory.limit(LIMIT.name, other.code) == MIDDLE
    path = f"/api/v1/thresholds/{made[2].json()['id']}"
    assert Browser().delete(path, headers=bearer(key)).status_code == 204
    with tenant_scope(tenant.id):
        assert open_directory().limit(LIMIT.name, site.code) == LOW
    page = signed_in(make_user(tenant, "admin")).get("/limits").content.decode()
    assert LIMIT.says in page.replace("&#x27;", "'")
    assert f"{site.client}: {LOW:g}" in page


def test_what_no_rule_allows_is_refused_with_its_bounds(tenant: Tenant) -> None:
    site, key = make_site(tenant), make_key(tenant, "admin")

    beyond = set_to(key, LIMIT.high + 1)
    both = set_to(key, LOW, site=site.code, client=site.client.code)
    unknown = set_to(key, 1, name="nothing")

    assert f"set {LIMIT.low:g} to {LIMIT.high:g}" in str(beyond.json()["fields"])
    assert "not both" in str(both.json()["fields"])
    assert LIMIT.name in unknown.json()["fields"]["limit"]


def test_who_manages_a_site_sets_its_thresholds_and_no_others(tenant: Tenant) -> None:
    here, there = make_site(tenant, "Here"), make_site(tenant, "There")
    bound = make_key(tenant, "admin", bounds=Bounds(sites=(here.code,)))
    set_to(make_key(tenant, "admin"), LOW, site=there.code)

    assert set_to(bound, MIDDLE, site=here.code).status_code == 200
    assert set_to(bound, MIDDLE).json()["fields"]["site"] == "name one of your places"
    assert set_to(bound, MIDDLE, site=there.code).status_code == 422
    listed = Browser().get("/api/v1/thresholds", headers=bearer(bound)).json()["items"]
    assert [one["site"] for one in listed] == [here.code]
    user = make_user(tenant, "viewer")
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=user).update(site_id=here.pk)
    told = Browser().get("/api/v1/limits", headers=bearer(bound)).json()["items"]
    [places] = [one["places"] for one in told if one["name"] == LIMIT.name]
    assert [(one["site"], one["value"]) for one in places] == [(here.code, MIDDLE)]
    page = signed_in(user).get("/limits").content.decode()
    assert f"{here}: " in page
    assert f"{there}: " not in page
    assert "Set…" not in page
    stranger = signed_in(make_user(make_tenant(), "admin")).get("/limits").content.decode()
    assert f"{here}: " not in stranger

"""Who may sign in, and keys, on their pages: for those who manage all, and no secret in them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_site
from tests.make import make_key, make_tenant, make_user, signed_in
from watchfloor.platform.accounts.models import ApiKey, Integration, RoleGrant, User
from watchfloor.platform.tenancy.context import tenant_scope

PAGES = ("/access", "/keys")
HOSTILE = '<img src=x onerror="hacked()">'


@pytest.mark.parametrize("path", PAGES)
def test_the_page_is_for_those_who_manage_all_clients(path: str) -> None:
    tenant = make_tenant()
    bound = make_user(tenant, "admin")
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=bound).update(site_id=make_site(tenant).pk)

    assert Browser().get(path).status_code == 302
    assert signed_in(make_user(tenant, "supervisor")).get(path).status_code == 403
    assert signed_in(bound).get(path).status_code == 403
    assert f'href="{path}"' not in signed_in(bound).get("/").content.decode()
    assert signed_in(make_user(tenant, "admin")).get(path).status_code == 200


def test_a_stranger_finds_neither_people_nor_keys_of_another_tenant() -> None:
    tenant = make_tenant()
    user = make_user(tenant, email="mia.ito@example.com")
    make_key(tenant, integration=None)
    with tenant_scope(tenant.id):
        key = ApiKey.objects.get()
    stranger = signed_in(make_user(make_tenant(), "admin"))

    assert "mia.ito" not in stranger.get("/access").content.decode()
    assert key.name not in stranger.get("/keys").content.decode()
    assert stranger.get(f"/access/{user.pk}").status_code == 404
    assert stranger.get(f"/api/v1/users/{user.pk}/sessions").status_code == 404
    assert stranger.get(f"/api/v1/users/{user.pk}/sessions/x").status_code == 404
    assert stranger.post(f"/api/v1/users/{user.pk}/sessions/x/end").status_code == 404


def test_each_person_is_listed_with_roles_and_places() -> None:
    tenant = make_tenant()
    site = make_site(tenant, "Harbour")
    guard = make_user(tenant, "operator", email="guard@example.com")
    away = make_user(tenant, "viewer", email="away@example.com")
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=guard).update(site_id=site.pk)
        User.objects.filter(pk=away.pk).update(is_active=False)
    admin = signed_in(make_user(tenant, "admin"))

    page = admin.get("/access").content.decode()
    found = admin.get("/access?q=GUARD@").content.decode()

    assert "Operator: Harbour" in page
    assert "Viewer: everything" in page
    assert "Disabled" in page
    assert "guard@example.com" in found
    assert "away@example.com" not in found


def test_an_administrator_sees_where_somebody_is_signed_in_and_ends_it() -> None:
    tenant = make_tenant()
    guard = make_user(tenant)
    theirs, admin = signed_in(guard), signed_in(make_user(tenant, "admin"))
    assert theirs.get("/").status_code == 200

    page = admin.get(f"/access/{guard.pk}").content.decode()
    [session] = re.findall(r'data-end="(\w+)"', page)
    shown = admin.get(f"/api/v1/users/{guard.pk}/sessions/{session}").json()
    assert (shown["id"], shown["is_this"]) == (session, False)
    ended = admin.post(f"/api/v1/users/{guard.pk}/sessions/{session}/end")

    assert ended.status_code == 204
    assert theirs.get("/").status_code == 302
    assert "Nowhere at present." in admin.get(f"/access/{guard.pk}").content.decode()
    other = make_user(tenant, "admin")
    assert admin.post(f"/api/v1/users/{other.pk}/sessions/{session}/end").status_code == 404


def test_nobody_locks_themselves_out() -> None:
    tenant = make_tenant()
    user = make_user(tenant, "admin")
    admin = signed_in(user)
    [role] = admin.get(f"/api/v1/users/{user.pk}").json()["roles"]

    assert admin.post(f"/api/v1/users/{user.pk}/disable").status_code == 409
    assert admin.post(f"/api/v1/users/{user.pk}/roles/{role['id']}/revoke").status_code == 409
    page = admin.get(f"/access/{user.pk}").content.decode()
    assert "data-disable" not in page
    assert "data-revoke" not in page


def test_a_key_is_listed_with_what_binds_it_and_without_itself() -> None:
    tenant = make_tenant()
    admin = signed_in(make_user(tenant, "admin"))
    wanted = {"name": "cameras", "scopes": ["ingest"], "sites": ["S004"], "rate_per_minute": 600}

    made = admin.post("/api/v1/keys", wanted, content_type="application/json").json()
    page = admin.get("/keys").content.decode()

    assert "cameras" in page
    assert "sites S004" in page
    assert "600 a minute" in page
    assert f"…{made['last_four']}" in page
    assert made["key"] not in page


def test_what_people_wrote_stays_text() -> None:
    tenant = make_tenant()
    user = make_user(tenant)
    with tenant_scope(tenant.id):
        User.objects.filter(pk=user.pk).update(name=HOSTILE)
        Integration.objects.create(name=HOSTILE, created_at=timezone.now())
    make_site(tenant, HOSTILE)
    admin = signed_in(make_user(tenant, "admin"))

    for path in (*PAGES, f"/access/{user.pk}"):
        page = admin.get(path).content.decode()
        assert "hacked" in page
        assert "<img src=x" not in page


def test_the_queries_do_not_grow_with_people_and_keys() -> None:
    tenant = make_tenant()
    admin = signed_in(make_user(tenant, "admin"))

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert admin.get(path).status_code == 200
        return len(seen)

    def grow(count: int) -> None:
        for _ in range(count):
            make_key(tenant)
            guard = make_user(tenant)
            with tenant_scope(tenant.id):
                RoleGrant.objects.filter(user=guard).update(site_id=make_site(tenant).pk)

    grow(2)
    few = {path: queries(path) for path in PAGES}
    grow(12)

    assert {path: queries(path) for path in PAGES} == few
    assert max(few.values()) <= 15


def test_a_key_last_used_yesterday_says_so() -> None:
    tenant = make_tenant()
    make_key(tenant)
    used = timezone.now() - timedelta(days=1)
    with tenant_scope(tenant.id):
        ApiKey.objects.update(last_used_at=used)

    page = signed_in(make_user(tenant, "admin")).get("/keys").content.decode()

    assert used.isoformat() in page

"""Who gets in where: nobody, the stranger, the one without capability, the bound one."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests.beside import done_beside
from tests.make import bearer, make_key, make_tenant, make_user, signed_in, unique
from watchfloor.platform.accounts import permissions, services
from watchfloor.platform.accounts.capabilities import ALL, KEY_SCOPES, MEANINGS, ROLES
from watchfloor.platform.accounts.identify import viewer_of_user
from watchfloor.platform.accounts.models import RoleGrant, User
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.accounts.rates import RateLimiter
from watchfloor.platform.accounts.scope import EVERYTHING, NOTHING, Scope
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Conflict, Invalid
from watchfloor.platform.tenancy.context import tenant_scope

JSON = "application/json"


def grant(user: User, role: str, **bounds: object) -> None:
    with tenant_scope(user.tenant_id):
        RoleGrant.objects.create(user=user, role=role, **bounds)


def bound_user(role: str, **bounds: object) -> User:
    user = make_user(make_tenant(), role)
    with tenant_scope(user.tenant_id):
        RoleGrant.objects.filter(user=user).delete()
    grant(user, role, **bounds)
    return user


def test_nobody_gets_401_and_is_told_how_to_come_in():
    answer = Client().get("/api/v1/users")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "unauthenticated"


@pytest.mark.parametrize("path", ["", "/disable", "/link", "/roles"])
def test_another_tenants_user_is_not_found(path):
    stranger = make_user(make_tenant())
    admin = signed_in(make_user(make_tenant(), "admin"))
    body = {"role": "viewer"}

    url = f"/api/v1/users/{stranger.pk}{path}"
    answer = admin.post(url, body, content_type=JSON) if path else admin.get(url)

    assert answer.status_code == 404
    assert User.objects.using("system").get(pk=stranger.pk).is_active


def test_another_tenants_key_is_not_found():
    mine, theirs = make_tenant(), make_tenant()
    admin = bearer(make_key(mine, "admin"))
    listed = Client().get("/api/v1/keys", headers=bearer(make_key(theirs, "admin"))).json()

    answer = Client().post(f"/api/v1/keys/{listed['items'][0]['id']}/revoke", headers=admin)

    assert answer.status_code == 404


def test_an_operator_may_not_manage_users_and_is_told_what_is_missing():
    answer = signed_in(make_user(make_tenant(), "operator")).get("/api/v1/users")

    assert answer.status_code == 403
    assert answer.json()["capability"] == "noc:configure"


def test_an_admin_of_one_client_may_not_manage_the_tenant():
    client = signed_in(bound_user("admin", client_id=uuid4()))

    assert client.get("/api/v1/users").status_code == 403
    assert client.get("/api/v1/audit").status_code == 403


def test_an_unsafe_call_by_session_needs_the_csrf_token():
    client = signed_in(make_user(make_tenant(), "admin"), enforce_csrf_checks=True)
    body = {"email": f"{unique('new')}@example.com"}

    refused = client.post("/api/v1/users", body, content_type=JSON)
    client.get("/account")
    token = {"X-CSRFToken": client.cookies["wf_csrf"].value}
    accepted = client.post("/api/v1/users", body, content_type=JSON, headers=token)

    assert refused.status_code == 403
    assert accepted.status_code == 201


def test_a_call_by_key_needs_no_csrf_token():
    key = make_key(make_tenant(), "admin")
    body = {"email": f"{unique('new')}@example.com"}
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/api/v1/users", body, content_type=JSON, headers=bearer(key))

    assert answer.status_code == 201


@pytest.mark.parametrize("extra", ["tenant_id", "id", "is_active", "password", "created_at"])
def test_fields_nobody_may_set_are_refused(extra):
    admin = bearer(make_key(make_tenant(), "admin"))
    body = {"email": f"{unique('new')}@example.com", extra: "1"}

    answer = Client().post("/api/v1/users", body, content_type=JSON, headers=admin)

    assert answer.status_code == 422
    assert extra in answer.json()["fields"]


def test_each_change_of_a_user_leaves_an_audit_row():
    tenant = make_tenant()
    admin = bearer(make_key(tenant, "admin"))
    client = Client()
    body = {"email": f"{unique('new')}@example.com", "roles": [{"role": "viewer"}]}

    user = client.post("/api/v1/users", body, content_type=JSON, headers=admin).json()
    url = f"/api/v1/users/{user['id']}"
    client.post(f"{url}/roles", {"role": "operator"}, content_type=JSON, headers=admin)
    client.post(f"{url}/roles/{user['roles'][0]['id']}/revoke", headers=admin)
    client.post(f"{url}/link", headers=admin)
    client.post(f"{url}/disable", headers=admin)
    client.post(f"{url}/enable", headers=admin)

    with tenant_scope(tenant.pk):
        rows = AuditRow.objects.filter(object_id=user["id"]).order_by("id")
        assert [row.action for row in rows] == [
            "user.created",
            "user.role_granted",
            "user.role_granted",
            "user.role_revoked",
            "user.link_created",
            "user.disabled",
            "user.enabled",
        ]
        assert {row.actor_kind for row in rows} == {"key"}
        assert all(row.request_id and row.ip for row in rows)


def test_of_two_who_make_the_same_user_at_once_the_second_is_told() -> None:
    def make() -> User:
        return services.create_user("ann@acme.example", by=SYSTEM, now=timezone.now())

    with pytest.raises(Conflict, match="exists"):
        done_beside(make, make, tenant=make_tenant().id)


def test_every_role_and_scope_is_made_of_known_capabilities():
    for allowed in [*ROLES.values(), *KEY_SCOPES.values()]:
        assert allowed <= ALL == MEANINGS.keys()
    with pytest.raises(ValueError, match="no:such is not a capability"):
        needs("no:such")


def test_grants_reach_only_as_far_as_each_was_given():
    """An operator of one client who views all acts on that client alone."""
    mine = uuid4()
    user = bound_user("operator", client_id=mine)
    grant(user, "viewer")

    viewer = viewer_of_user(user)

    assert viewer.scope == EVERYTHING
    assert viewer.acting("noc:ack_alerts").scope == Scope(client_ids=frozenset({mine}))


def test_the_scope_of_a_bound_user_covers_its_client_and_site_and_nothing_unplaced():
    client_id, site_id = uuid4(), uuid4()
    user = bound_user("operator", client_id=client_id)
    grant(user, "operator", site_id=site_id)

    viewer = viewer_of_user(user)

    assert viewer.scope.covers(client_id, None)
    assert viewer.scope.covers(uuid4(), site_id)
    assert not viewer.scope.covers(uuid4(), uuid4())
    assert not viewer.scope.covers(None, None)
    assert not viewer.may("noc:view_all_clients")


def test_a_user_without_roles_sees_nothing():
    user = make_user(make_tenant())
    with tenant_scope(user.tenant_id):
        RoleGrant.objects.filter(user=user).delete()

    viewer = viewer_of_user(user)

    assert viewer.scope == NOTHING
    assert signed_in(user).get("/api/v1/roles").status_code == 403


def test_the_scope_as_a_filter_agrees_with_the_scope_as_a_rule():
    """Rows of grants have both columns, so they can stand for any row that has."""
    tenant = make_tenant()
    user = make_user(tenant)
    places = [(None, None), (uuid4(), None), (uuid4(), uuid4()), (None, uuid4())]
    for client_id, site_id in places:
        grant(user, "viewer", client_id=client_id, site_id=site_id)
    scopes = [
        NOTHING,
        EVERYTHING,
        Scope(client_ids=frozenset({places[1][0]})),
        Scope(site_ids=frozenset({places[2][1]})),
        Scope(client_ids=frozenset({places[2][0]}), site_ids=frozenset({places[3][1]})),
    ]

    with tenant_scope(tenant.pk):
        for scope in scopes:
            rows = RoleGrant.objects.filter(scope.q(), role="viewer")
            found = {(row.client_id, row.site_id) for row in rows}
            assert found == {place for place in places if scope.covers(*place)}


def test_more_than_a_thousand_calls_a_minute_by_one_key_are_put_off(monkeypatch):
    monkeypatch.setattr(permissions, "limiter", RateLimiter(unique("api"), 3))
    tenant = make_tenant()
    eager, other = bearer(make_key(tenant, "read")), bearer(make_key(tenant, "read"))

    answers = [Client().get("/api/v1/me", headers=eager) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert Client().get("/api/v1/me", headers=other).status_code == 200


def test_a_password_must_be_long_enough():
    user = make_user(make_tenant())
    with tenant_scope(user.tenant_id), pytest.raises(Invalid, match="12 characters"):
        services.set_password(user, "short", by=SYSTEM, now=timezone.now())

"""Coming in: by password, by one-time link; and what a stranger gets."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from tests.make import make_tenant, make_user, signed_in, unique
from watchfloor.platform.accounts.models import Session, SignInLink
from watchfloor.platform.accounts.sessions import row_key
from watchfloor.platform.accounts.signing import create_sign_in_link, ensure_first_admin
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.context import tenant_scope

PASSWORD = "correct horse battery"


def browser() -> Client:
    return Client(raise_request_exception=False)


def post_form(client: Client, email: str, password: str = PASSWORD, **more: str):  # type: ignore[no-untyped-def]
    return client.post("/sign-in", {"email": email, "password": password, **more})


def test_the_right_password_opens_a_session_and_leaves_an_audit_row():
    tenant = make_tenant()
    user = make_user(tenant, password=PASSWORD)
    client = browser()

    answer = post_form(client, user.email.upper())

    assert answer.status_code == 302
    assert client.get("/api/v1/me").json()["email"] == user.email
    with tenant_scope(tenant.pk):
        assert AuditRow.objects.filter(action="user.signed_in", actor_id=str(user.pk)).exists()


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer():
    user = make_user(make_tenant(), password=PASSWORD)

    known = post_form(browser(), user.email, "wrong")
    unknown = post_form(browser(), f"{unique('nobody')}@example.com", "wrong")

    assert known.status_code == unknown.status_code == 401
    assert "E-mail or password is wrong." in known.content.decode()
    assert "E-mail or password is wrong." in unknown.content.decode()


def test_an_address_known_to_two_tenants_with_one_password_asks_for_the_tenant():
    first, second = make_tenant(), make_tenant()
    email = f"{unique('both')}@example.com"
    for tenant in (first, second):
        make_user(tenant, email=email, password=PASSWORD)
    client = browser()

    assert 'name="tenant"' in post_form(client, email).content.decode()
    post_form(client, email, tenant=second.slug)

    assert client.get("/api/v1/me").json()["tenant"]["slug"] == second.slug


def test_a_disabled_user_cannot_come_in():
    user = make_user(make_tenant(), password=PASSWORD)
    with tenant_scope(user.tenant_id):
        type(user).objects.filter(pk=user.pk).update(is_active=False)

    assert post_form(browser(), user.email).status_code == 401


def test_after_sign_in_only_our_own_pages_can_be_next():
    user = make_user(make_tenant(), password=PASSWORD)

    assert post_form(browser(), user.email, next="/incidents").url == "/incidents"
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert post_form(browser(), user.email, next=elsewhere).url == "/"


def test_looking_at_a_link_does_not_use_it_up_but_signing_in_does():
    user = make_user(make_tenant())
    link = create_sign_in_link(user, timezone.now())
    client = browser()

    for _ in range(3):
        assert browser().get(link).status_code == 200
    assert client.post(link).status_code == 302
    assert client.get("/api/v1/me").json()["id"] == str(user.pk)
    assert browser().post(link).status_code == 401


def test_a_link_dies_after_half_an_hour_and_its_secret_is_not_stored():
    user = make_user(make_tenant())
    link = create_sign_in_link(user, timezone.now() - timedelta(minutes=31))

    assert browser().post(link).status_code == 401
    secret = link.rsplit("/", 1)[1].encode()
    kept = SignInLink.everybody.using("system").get(user_id=user.pk)
    assert secret not in bytes(kept.secret_hash)


def test_the_first_admin_is_made_once():
    first = ensure_first_admin(timezone.now())

    assert ensure_first_admin(timezone.now()).pk == first.pk
    assert signed_in(first).get("/api/v1/me").json()["tenant"]["slug"] == "main"


def test_signing_in_changes_the_session_key():
    user = make_user(make_tenant(), password=PASSWORD)
    client = browser()
    client.cookies["wf_session"] = planted = "planted" + "x" * 25

    post_form(client, user.email)

    key = client.cookies["wf_session"].value
    assert key != planted
    assert not Session.objects.filter(pk=row_key(planted)).exists()
    assert Session.objects.filter(pk=row_key(key)).exists()
    assert not Session.objects.filter(pk=key).exists(), "the cookie itself must not be stored"


def test_signing_out_ends_the_session_on_the_server():
    client = signed_in(make_user(make_tenant()))
    key = client.cookies["wf_session"].value

    client.post("/sign-out")

    thief = browser()
    thief.cookies["wf_session"] = key
    assert thief.get("/api/v1/me").status_code == 401

"""Switching the user of a browser by PIN: only where both signed in, and to less."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.make import make_tenant, make_user
from watchfloor.platform.accounts import pins, services
from watchfloor.platform.accounts.capabilities import ADMINISTRATION, ROLES
from watchfloor.platform.accounts.events import ACCESS_CHANGED
from watchfloor.platform.accounts.models import Pin, Seat, Session, User
from watchfloor.platform.accounts.sessions import row_key
from watchfloor.platform.accounts.signing import create_sign_in_link
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Invalid
from watchfloor.platform.events.models import OutboxEvent
from watchfloor.platform.live.door import Caller, viewer_of
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

PASSWORD = "correct horse battery"
PIN = "804193"


def person(tenant: Tenant, role: str = "operator", *, pin: str = PIN) -> User:
    user = make_user(tenant, role, password=PASSWORD)
    if pin:
        with tenant_scope(tenant.pk):
            pins.set_pin(user, pin, by=SYSTEM, now=timezone.now())
    return user


def sign_in(client: Client, user: User) -> None:
    client.post(create_sign_in_link(user, timezone.now()))
    assert me(client) == str(user.pk)


def shared(*users: User) -> Client:
    """Return a browser in which they signed in one after the other."""
    client = Client(raise_request_exception=False)
    for user in users:
        sign_in(client, user)
    return client


def switch(client: Client, user: User, pin: str = PIN, then: str = "/desks"):  # type: ignore[no-untyped-def]
    return client.post("/switch", {"user": str(user.pk), "pin": pin, "next": then})


def me(client: Client) -> str:
    return str(client.get("/api/v1/me").json().get("id", ""))


def actions(user: User) -> list[str]:
    with tenant_scope(user.tenant_id):
        rows = AuditRow.objects.filter(object_id=str(user.pk)).order_by("id")
        return list(rows.values_list("action", flat=True))


def test_a_colleague_takes_over_by_pin_and_the_page_stays(tenant):
    anna, bob = person(tenant), person(tenant)
    client = shared(anna, bob)
    before = client.cookies["wf_session"].value
    token = client.cookies["wf_csrf"].value if "wf_csrf" in client.cookies else None

    assert str(anna.pk) in client.get("/switch?next=/desks").content.decode()
    assert switch(client, anna).url == "/desks"

    assert me(client) == str(anna.pk)
    assert client.cookies["wf_session"].value != before
    assert client.cookies["wf_csrf"].value != token
    assert not Session.objects.filter(pk=row_key(before)).exists()
    assert "user.switched_in" in actions(anna)
    told = OutboxEvent.everybody.using("system").filter(kind=ACCESS_CHANGED)
    assert told.filter(payload={"user_id": str(bob.pk)}).exists()
    [session] = client.get("/api/v1/sessions").json()["items"]
    assert session["how"] == "PIN"
    assert switch(client, bob).url == "/desks"
    assert me(client) == str(bob.pk)


def test_a_pin_opens_no_browser_in_which_its_person_has_not_signed_in(tenant):
    anna, bob = person(tenant), person(tenant)
    shared(anna)
    elsewhere = shared(bob)

    assert str(anna.pk) not in elsewhere.get("/switch").content.decode()
    assert switch(elsewhere, anna).status_code == 401
    assert me(elsewhere) == str(bob.pk)
    nobody = Client(raise_request_exception=False)
    assert nobody.get("/switch").url == "/sign-in"
    assert switch(nobody, anna).url == "/sign-in"


def test_who_signs_out_closes_the_browser_for_all(tenant):
    anna, bob = person(tenant), person(tenant)
    client = shared(anna, bob)

    client.post("/sign-out")
    sign_in(client, bob)

    assert switch(client, anna).status_code == 401


def test_another_tenants_user_shares_no_browser(tenant):
    anna, stranger = person(tenant), person(make_tenant())
    client = shared(anna, stranger)

    assert str(anna.pk) not in client.get("/switch").content.decode()
    assert switch(client, anna).status_code == 401


def test_three_wrong_pins_and_only_signing_in_helps(tenant):
    anna, bob = person(tenant), person(tenant)
    client = shared(anna, bob)

    for _ in range(3):
        assert switch(client, anna, "111222").status_code == 401
    assert switch(client, anna).status_code == 401
    assert actions(anna).count("user.pin_refused") == 3

    sign_in(client, anna)
    sign_in(client, bob)
    assert switch(client, anna).status_code == 302


def test_a_right_pin_forgets_the_wrong_ones(tenant):
    anna, bob = person(tenant), person(tenant)
    client = shared(anna, bob)
    for _ in range(2):
        for _ in range(2):
            switch(client, anna, "111222")
        assert switch(client, anna).status_code == 302
        assert switch(client, bob).status_code == 302


def test_a_pin_holds_no_administration_over_http_and_over_the_socket(tenant):
    admin, bob = person(tenant, "admin"), person(tenant)
    client = shared(admin, bob)
    switch(client, admin)

    held = set(client.get("/api/v1/me").json()["capabilities"])
    listener = viewer_of(Caller(client.cookies["wf_session"].value), timezone.now())

    assert held == ROLES["admin"] - ADMINISTRATION
    assert listener is not None
    assert listener.capabilities == held
    assert client.get("/access").status_code == 403
    assert client.get("/api/v1/keys").status_code == 403
    assert "Switched by PIN" in client.get("/").content.decode()
    sign_in(client, admin)
    assert client.get("/access").status_code == 200


def test_what_guards_the_account_needs_more_than_a_pin(tenant):
    anna, bob = person(tenant), person(tenant)
    client = shared(anna, bob)
    switch(client, anna)

    assert "You came by PIN" in client.get("/account").content.decode()
    new = {"current": PASSWORD, "new": "another long one 7", "pin": "918273", "code": "1"}
    for path in ("password", "pin", "pin/drop", "codes/begin", "codes", "codes/end"):
        assert client.post(f"/account/{path}", new).status_code == 403, path


def test_a_seat_lasts_as_long_as_a_session_and_so_does_what_a_pin_opens(tenant):
    anna, bob = person(tenant), person(tenant)
    client = shared(anna, bob)
    ago = timezone.now() - timedelta(hours=11)
    with tenant_scope(tenant.pk):
        Seat.objects.filter(user=anna.pk).update(signed_in_at=ago)

    switch(client, anna)
    row = Session.objects.get(pk=row_key(client.cookies["wf_session"].value))
    assert row.expire_date == ago + timedelta(seconds=settings.SESSION_COOKIE_AGE)

    switch(client, bob)
    with tenant_scope(tenant.pk):
        Seat.objects.filter(user=anna.pk).update(signed_in_at=ago - timedelta(hours=1, minutes=1))
    assert switch(client, anna).status_code == 401


@pytest.mark.parametrize("end", ["disable", "sessions", "password", "pin"])
def test_what_ends_access_ends_the_seat(tenant, end):
    anna, bob = person(tenant), person(tenant)
    client = shared(anna, bob)
    by = {"by": SYSTEM, "now": timezone.now()}
    with tenant_scope(tenant.pk):
        match end:
            case "disable":
                services.set_active(anna, False, **by)
            case "sessions":
                services.end_other_sessions(anna, keep=None, **by)
            case "password":
                services.set_password(anna, "another long one 7", **by)
            case "pin":
                pins.drop_pin(anna, **by)

    assert switch(client, anna).status_code == 401
    assert me(client) == str(bob.pk)


def test_a_pin_is_set_with_the_password_and_kept_where_no_copy_gives_it_away(tenant):
    anna = person(tenant, pin="")
    client = shared(anna)

    client.post("/account/pin", {"current": "guess", "pin": PIN})
    with tenant_scope(tenant.pk):
        assert not Pin.objects.exists()
    client.post("/account/pin", {"current": PASSWORD, "pin": PIN})
    with tenant_scope(tenant.pk):
        kept = bytes(Pin.objects.get().sealed)
    assert PIN.encode() not in kept
    assert b"argon2" not in kept
    assert "user.pin_set" in actions(anna)
    client.post("/account/pin/drop")
    with tenant_scope(tenant.pk):
        assert not Pin.objects.exists()


@pytest.mark.parametrize(
    "pin", ["12345", "123456", "987654", "111111", "121212", "12a456", "1" * 13]
)
def test_a_pin_that_is_guessed_first_is_refused(tenant, pin):
    user = make_user(tenant)
    with tenant_scope(tenant.pk), pytest.raises(Invalid):
        pins.set_pin(user, pin, by=SYSTEM, now=timezone.now())


def test_after_the_switch_only_our_own_pages_come_next(tenant):
    anna, bob = person(tenant), person(tenant)
    client = shared(anna, bob)

    assert switch(client, anna, then="https://evil.example/").url == "/"
    assert 'href="//evil.example' not in client.get("/switch?next=//evil.example").content.decode()
    assert switch(client, bob, "nonsense").status_code == 401
    assert client.post("/switch", {"user": "nonsense", "pin": PIN}).status_code == 401

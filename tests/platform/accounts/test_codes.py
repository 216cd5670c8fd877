"""Codes at sign-in: set up, asked for, used once, lost and required."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.make import make_tenant, make_user, signed_in
from watchfloor.platform import secrets
from watchfloor.platform.accounts import factors, pins, totp
from watchfloor.platform.accounts.models import SecondFactor, User
from watchfloor.platform.accounts.signing import create_sign_in_link
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import TooMany
from watchfloor.platform.live.door import Caller, viewer_of
from watchfloor.platform.tenancy.context import tenant_scope

PASSWORD = "correct horse battery"
WRONG = "000000"


def browser() -> Client:
    return Client(REMOTE_ADDR="203.0.113.90", raise_request_exception=False)


def with_codes(role: str = "operator") -> tuple[User, str, list[str]]:
    """Return somebody with an app, its secret, and the recovery codes."""
    user, now = make_user(make_tenant(), role, password=PASSWORD), timezone.now()
    with tenant_scope(user.tenant_id):
        factors.begin(user, now=now)
        secret = factors.begun(user)
        assert secret is not None
        earlier = now - timedelta(seconds=totp.STEP_SECONDS)
        codes = factors.confirm(user, totp.code_at(secret, earlier), by=SYSTEM, now=now)
    assert codes is not None
    return user, secret, codes


def give_password(user: User) -> Client:
    client = browser()
    answer = client.post("/sign-in", {"email": user.email, "password": PASSWORD, "next": "/alerts"})
    assert answer.url == "/sign-in/code"
    return client


def give_code(client: Client, code: str):  # type: ignore[no-untyped-def]
    return client.post("/sign-in/code", {"code": code})


def is_in(client: Client) -> bool:
    return client.get("/api/v1/me").status_code == 200


def code_now(secret: str) -> str:
    return totp.code_at(secret, timezone.now())


def actions(user: User) -> list[str]:
    with tenant_scope(user.tenant_id):
        rows = AuditRow.objects.filter(object_id=str(user.pk)).order_by("id")
        return list(rows.values_list("action", flat=True))


def test_codes_are_those_of_the_standard():
    """RFC 6238, appendix B: the last six digits of its SHA-1 values."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert (
            totp.code_at(secret, datetime.fromtimestamp(seconds, timezone.get_fixed_timezone(0)))
            == code
        )


def test_a_code_is_taken_half_a_minute_early_or_late_and_no_further():
    secret, now = totp.new_secret(), timezone.now()
    present = int(now.timestamp()) // totp.STEP_SECONDS

    def taken(steps: int) -> int | None:
        code = totp.code_at(secret, now + timedelta(seconds=steps * totp.STEP_SECONDS))
        return totp.step_of(code, secret, now, after=0)

    assert [taken(steps) for steps in (-1, 0, 1)] == [present - 1, present, present + 1]
    assert taken(-2) is taken(2) is None
    assert totp.step_of("١٢٣٤٥٦", secret, now, after=0) is None


def test_an_app_is_set_up_by_its_first_code_and_the_password():
    user = make_user(make_tenant(), password=PASSWORD)
    client = signed_in(user)

    assert "is wrong" in client.post("/account/codes/begin", {"current": "guess"}).content.decode()
    client.post("/account/codes/begin", {"current": PASSWORD})
    page = client.get("/account/codes").content.decode()
    [spelled] = re.findall(r"<code>([A-Z2-7 ]+)</code>", page)
    secret = spelled.replace(" ", "")
    assert "data:image/svg+xml" in page
    assert client.post("/account/codes", {"code": WRONG}).status_code == 401
    shown = client.post("/account/codes", {"code": code_now(secret)})

    assert shown["Cache-Control"].count("no-store")
    assert (
        len(re.findall(r"<code>[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}</code>", shown.content.decode()))
        == 10
    )
    assert client.get("/account/codes").url == "/account"
    with tenant_scope(user.tenant_id):
        kept = SecondFactor.objects.get(user=user.pk)
    assert secret.encode() not in bytes(kept.secret)
    assert "user.codes_begun" in actions(user)


def test_the_password_alone_is_not_enough():
    user, secret, _ = with_codes()
    client = give_password(user)

    assert not is_in(client)
    assert client.get("/alerts").status_code == 302
    assert give_code(client, WRONG).status_code == 401
    assert not is_in(client)
    assert give_code(client, code_now(secret)).url == "/alerts"
    assert is_in(client)
    [session] = client.get("/api/v1/sessions").json()["items"]
    assert session["how"] == "password and code"
    assert "user.code_refused" in actions(user)


def test_a_link_asks_for_the_code_as_well():
    user, secret, _ = with_codes()
    client = browser()

    assert client.post(create_sign_in_link(user, timezone.now())).url == "/sign-in/code"
    assert not is_in(client)
    give_code(client, code_now(secret))

    assert is_in(client)


def test_a_code_signs_in_once():
    user, secret, _ = with_codes()
    code = code_now(secret)
    give_code(give_password(user), code)

    assert give_code(give_password(user), code).status_code == 401


def test_each_recovery_code_signs_in_once():
    user, _, codes = with_codes()
    client, again = give_password(user), give_password(user)

    give_code(client, codes[0].lower().replace("-", " "))

    assert is_in(client)
    assert give_code(again, codes[0]).status_code == 401
    give_code(again, codes[1])
    assert is_in(again)
    with tenant_scope(user.tenant_id):
        kept = SecondFactor.objects.get(user=user.pk).recovery
    assert len(kept) == 8
    assert not set(codes) & set(kept)


def test_ten_wrong_codes_close_the_door_for_a_while_and_then_each_wrong_one_does():
    user, secret, _ = with_codes()
    with tenant_scope(user.tenant_id):
        start = timezone.now()

        def tried(code: str, minutes: int) -> str | None:
            now = start + timedelta(minutes=minutes)
            return factors.check(user, code, by=SYSTEM, now=now)

        assert [tried(WRONG, 0) for _ in range(10)] == [None] * 10
        with pytest.raises(TooMany):
            tried(totp.code_at(secret, start + timedelta(minutes=14)), 14)
        assert tried(WRONG, 16) is None
        with pytest.raises(TooMany):
            tried(WRONG, 17)
        assert tried(totp.code_at(secret, start + timedelta(minutes=32)), 32) == factors.CODE
        assert tried(WRONG, 33) is None
        assert tried(WRONG, 33) is None


def test_the_way_from_password_to_code_is_short_and_nobody_begins_in_the_middle():
    assert browser().get("/sign-in/code").url == "/sign-in"
    user, secret, _ = with_codes()
    client = give_password(user)
    session = client.session
    late = (timezone.now() - timedelta(seconds=1)).isoformat()
    session["halfway"] = {**session["halfway"], "until": late}
    session.save()

    assert give_code(client, code_now(secret)).url == "/sign-in"
    assert not is_in(client)


def test_turning_codes_off_or_new_recovery_codes_take_a_code():
    user, secret, codes = with_codes()
    client = give_password(user)
    give_code(client, codes[0])

    assert "is wrong" in client.post("/account/codes/end", {"code": WRONG}).content.decode()
    assert "is wrong" in client.post("/account/codes/recovery", {"code": WRONG}).content.decode()
    fresh = client.post("/account/codes/recovery", {"code": codes[1]}).content.decode()
    assert codes[2] not in fresh
    assert client.post("/account/codes/end", {"code": code_now(secret)}).status_code == 302

    assert is_in_by_password(user)


def is_in_by_password(user: User) -> bool:
    client = browser()
    client.post("/sign-in", {"email": user.email, "password": PASSWORD})
    return is_in(client)


def test_an_administrator_turns_codes_off_for_others_only():
    user, *_ = with_codes()
    admin = make_user(user.tenant, "admin")
    client = signed_in(admin)
    path = f"/api/v1/users/{user.pk}/codes/end"

    assert "Turn codes off" in client.get(f"/access/{user.pk}").content.decode()
    assert client.get(f"/api/v1/users/{user.pk}").json()["has_codes"] is True
    assert signed_in(make_user(make_tenant(), "admin")).post(path).status_code == 404
    assert signed_in(make_user(user.tenant, "supervisor")).post(path).status_code == 403
    assert client.post(f"/api/v1/users/{admin.pk}/codes/end").status_code == 409
    assert client.post(path).status_code == 204
    assert client.post(path).status_code == 404

    assert is_in_by_password(user)


def rule(client: Client, starts_at: datetime, *roles: str) -> int:
    body = {"roles": list(roles), "starts_at": starts_at.isoformat()}
    return client.put("/api/v1/codes-rule", body, content_type="application/json").status_code


def test_a_role_that_needs_codes_is_reminded_and_then_first_sets_them_up():
    tenant = make_tenant()
    user = make_user(tenant, password=PASSWORD)
    admin = signed_in(make_user(tenant, "admin"))
    now = timezone.now()

    assert rule(admin, now + timedelta(days=7), "operator") == 200
    early = signed_in(user)
    assert "your organisation needs them of you" in early.get("/").content.decode()
    assert early.get("/api/v1/incidents").status_code == 200

    rule(admin, now - timedelta(days=1), "operator")
    client = signed_in(user)
    assert client.get("/alerts").url == "/account"
    assert client.get("/api/v1/incidents").status_code == 403
    listener = viewer_of(Caller(client.cookies["wf_session"].value), now)
    assert listener is not None
    assert not listener.capabilities
    assert "Set them up below" in client.get("/account").content.decode()
    client.post("/account/codes/begin", {"current": PASSWORD})
    with tenant_scope(tenant.pk):
        secret = factors.begun(user)
    assert secret is not None
    client.post("/account/codes", {"code": code_now(secret)})

    assert client.get("/api/v1/incidents").status_code == 200
    assert "Set them up below" not in client.get("/account").content.decode()
    assert signed_in(make_user(tenant, "viewer")).get("/").status_code == 200


def test_who_needs_codes_is_for_administrators_to_say():
    tenant = make_tenant()
    later = timezone.now() + timedelta(days=7)

    assert rule(signed_in(make_user(tenant, "supervisor")), later, "operator") == 403
    admin = signed_in(make_user(tenant, "admin"))
    assert rule(admin, later, "nobody") == 422
    assert rule(admin, later, "admin") == 200
    assert admin.get("/api/v1/codes-rule").json()["roles"] == ["admin"]
    other = signed_in(make_user(make_tenant(), "admin"))
    assert other.get("/api/v1/codes-rule").json()["roles"] == []
    with tenant_scope(tenant.pk):
        assert AuditRow.objects.filter(action="settings.changed").count() == 1


def test_secrets_of_apps_and_pins_are_sealed_anew_with_the_newest_key(settings):
    user, secret, _ = with_codes()
    with tenant_scope(user.tenant_id):
        pins.set_pin(user, "804193", by=SYSTEM, now=timezone.now())
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key that is long enough for tests"
    with tenant_scope(user.tenant_id):
        assert factors.reseal().number == pins.reseal().number == 1
        settings.SECRET_KEY_FALLBACKS = []
        assert secrets.unseal(pins.pin_of(user).sealed)
        assert factors.check(user, code_now(secret), by=SYSTEM, now=timezone.now())


def test_the_pages_of_codes_are_for_who_is_signed_in():
    for path in ("/account/codes", "/account/codes/begin", "/account/codes/end"):
        assert browser().post(path).status_code == 403
    assert browser().post("/account/codes/recovery").status_code == 403

"""Sessions end: by age, by idleness, by their owner, and with what they stood on."""

import threading
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from tests.make import make_tenant, make_user, signed_in
from tests.processes import happens_within
from watchfloor.platform.accounts import services
from watchfloor.platform.accounts.events import ACCESS_CHANGED
from watchfloor.platform.accounts.models import Session, User
from watchfloor.platform.accounts.sessions import SessionStore, row_key
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.events.models import OutboxEvent
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

PASSWORD = "correct horse battery"


@pytest.fixture
def user() -> User:
    return make_user(make_tenant(), password=PASSWORD)


def row_of(client: Client) -> Session:
    return Session.objects.get(pk=row_key(client.cookies["wf_session"].value))


def move(client: Client, **times: object) -> None:
    Session.objects.filter(pk=row_of(client).pk).update(**times)


def is_in(client: Client) -> bool:
    return client.get("/api/v1/me").status_code == 200


def has_password(user: User, password: str) -> bool:
    return User.objects.using("system").get(pk=user.pk).check_password(password)


def access_events(user: User) -> int:
    events = OutboxEvent.everybody.using("system")
    return events.filter(kind=ACCESS_CHANGED, payload={"user_id": str(user.pk)}).count()


def test_an_idle_session_ends(user):
    client = signed_in(user)
    assert is_in(client)

    move(client, last_seen_at=timezone.now() - timedelta(minutes=61))

    assert not is_in(client)


def test_use_keeps_a_session_from_becoming_idle(user):
    client = signed_in(user)
    move(client, last_seen_at=timezone.now() - timedelta(minutes=59))

    assert is_in(client)

    assert timezone.now() - row_of(client).last_seen_at < timedelta(minutes=1)


def test_a_session_ends_after_twelve_hours_however_busy(user):
    client = signed_in(user)
    ends_in = row_of(client).expire_date - timezone.now()
    assert timedelta(hours=11.9) < ends_in <= timedelta(hours=12)

    move(client, expire_date=timezone.now() - timedelta(seconds=1))

    assert not is_in(client)


def test_disabling_a_user_ends_the_sessions(user):
    client = signed_in(user)

    with tenant_scope(user.tenant_id):
        services.set_active(user, False, by=SYSTEM, now=timezone.now())

    assert not is_in(client)


def test_a_tenant_that_was_put_off_has_no_sessions(user):
    client = signed_in(user)

    Tenant.objects.using("system").filter(pk=user.tenant_id).update(is_active=False)

    assert not is_in(client)


def test_a_new_password_ends_all_other_sessions_and_renews_this_one(user):
    client, other = signed_in(user), signed_in(user)
    before = client.cookies["wf_session"].value

    client.post("/account/password", {"current": PASSWORD, "new": "another long one 7"})

    assert is_in(client)
    assert client.cookies["wf_session"].value != before
    assert not is_in(other)


def test_a_password_that_changed_elsewhere_ends_the_session_at_its_next_request(user):
    client = signed_in(user)
    row = row_of(client)

    User.objects.using("system").filter(pk=user.pk).update(password="of a restored backup")

    assert not is_in(client)
    assert not Session.objects.filter(pk=row.pk).exists()


def test_a_session_outlives_the_signing_key_under_which_it_was_opened(user, settings):
    client = signed_in(user)

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the next one", [settings.SECRET_KEY]
    assert is_in(client)

    settings.SECRET_KEY_FALLBACKS = []
    assert is_in(client)


def test_who_hears_of_a_new_password_finds_the_sessions_ended(user):
    client = signed_in(user)

    def change():
        with tenant_scope(user.tenant_id):
            services.set_password(user, "another long one 7", by=SYSTEM, now=timezone.now())
        connections.close_all()

    changing = threading.Thread(target=change)
    with transaction.atomic(using="system"):
        Session.objects.using("system").select_for_update().get(pk=row_of(client).pk)
        changing.start()
        assert happens_within(lambda: has_password(user, "another long one 7"), seconds=10)
        told_before = access_events(user)
    changing.join(10)

    assert told_before == 0
    assert access_events(user) == 1
    assert not is_in(client)


def test_the_current_password_must_be_known_to_change_it(user):
    client = signed_in(user)

    answer = client.post("/account/password", {"current": "guess", "new": "another long one 7"})

    assert "The current password is wrong." in answer.content.decode()
    assert has_password(user, PASSWORD)


def test_people_see_their_sessions_and_can_end_each(user):
    here, there = signed_in(user), signed_in(user)
    there_id = row_of(there).pk

    listed = here.get("/api/v1/sessions").json()["items"]
    assert {row["is_this"] for row in listed} == {True, False}
    assert here.post(f"/api/v1/sessions/{there_id}/end").status_code == 204

    assert not is_in(there)
    assert is_in(here)


def test_a_session_can_be_ended_from_the_account_page(user):
    here, there = signed_in(user), signed_in(user)

    assert there.cookies["wf_session"].value not in here.get("/account").content.decode()
    here.post("/account/end-session", {"session": row_of(there).pk})

    assert not is_in(there)


def test_all_other_sessions_end_at_once_by_page_and_by_api(user):
    here, there, third = signed_in(user), signed_in(user), signed_in(user)

    page = here.get("/account").content.decode()
    assert "By link" in page
    here.post("/account/end-session")
    assert (is_in(here), is_in(there), is_in(third)) == (True, False, False)

    there = signed_in(user)
    assert here.post("/api/v1/sessions/end-others").status_code == 204
    assert (is_in(here), is_in(there)) == (True, False)


def test_an_administrator_ends_all_sessions_of_somebody(user):
    first, second = signed_in(user), signed_in(user)
    path = f"/api/v1/users/{user.pk}/sessions/end"

    assert first.post(path).status_code == 403
    assert signed_in(make_user(make_tenant(), "admin")).post(path).status_code == 404
    assert signed_in(make_user(user.tenant, "admin")).post(path).status_code == 204

    assert not is_in(first)
    assert not is_in(second)


def test_the_password_cannot_be_guessed_at_an_open_desk(user):
    client = signed_in(user)
    guess = {"current": "guess", "new": "another long one 7"}

    answers = [client.post("/account/password", guess).status_code for _ in range(11)]

    assert answers == [200] * 10 + [429]


def test_nobody_can_end_the_session_of_another(user):
    victim = signed_in(make_user(make_tenant()))

    answer = signed_in(user).post(f"/api/v1/sessions/{row_of(victim).pk}/end")

    assert answer.status_code == 404
    assert is_in(victim)


def test_a_session_that_was_ended_is_not_brought_back_by_a_request_under_way(user):
    client = signed_in(user)
    row = row_of(client)
    under_way = SessionStore(client.cookies["wf_session"].value)
    under_way["seen"] = True
    Session.objects.filter(pk=row.pk).delete()

    with pytest.raises(UpdateError):
        under_way.save()

    assert not Session.objects.filter(pk=row.pk).exists()


def test_the_cookie_is_closed_to_scripts_and_to_foreign_pages(user):
    client = Client()
    client.post("/sign-in", {"email": user.email, "password": PASSWORD})
    cookie = client.cookies["wf_session"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_pages_of_the_account_send_strangers_to_the_sign_in():
    assert Client().get("/account").url == "/sign-in"
    for path in ("/account/password", "/account/end-session"):
        assert Client(raise_request_exception=False).post(path).status_code == 403

"""Passwords cannot be guessed: neither fast, nor by telling from the time who is known."""

from threading import BoundedSemaphore

from django.conf import settings
from django.test import Client

from tests.make import make_tenant, make_user, unique
from watchfloor.platform.accounts import backend
from watchfloor.platform.accounts.hashing import Argon2
from watchfloor.platform.accounts.rates import RateLimiter
from watchfloor.platform.accounts.views import door

PASSWORD = "correct horse battery"


def attempt(email: str, tried: str = "wrong", ip: str = "203.0.113.1", **headers: str):
    client = Client(REMOTE_ADDR=ip, raise_request_exception=False)
    return client.post("/sign-in", {"email": email, "password": tried}, headers=headers)


def test_ten_wrong_passwords_lock_the_address_for_a_while():
    email = make_user(make_tenant(), password=PASSWORD).email

    codes = [attempt(email).status_code for _ in range(10)]
    locked = attempt(email, PASSWORD)

    assert set(codes[:9]) == {401}
    assert locked.status_code == 429
    assert int(locked["Retry-After"]) == settings.AXES_COOLOFF_TIME * 3600


def test_somebody_elsewhere_can_still_come_in():
    email = make_user(make_tenant(), password=PASSWORD).email
    for _ in range(11):
        attempt(email, ip="203.0.113.66")

    assert attempt(email, PASSWORD, ip="198.51.100.7").status_code == 302


def test_a_made_up_forwarded_address_gives_no_new_tries():
    email = make_user(make_tenant(), password=PASSWORD).email
    for number in range(11):
        attempt(email, ip="203.0.113.67", **{"X-Forwarded-For": f"10.0.0.{number}"})

    answer = attempt(email, PASSWORD, ip="203.0.113.67", **{"X-Forwarded-For": "10.0.0.99"})

    assert answer.status_code == 429


def test_coming_in_forgets_the_wrong_tries():
    email = make_user(make_tenant(), password=PASSWORD).email
    for _ in range(2):
        for _ in range(9):
            attempt(email)
        assert attempt(email, PASSWORD).status_code == 302


def test_an_unknown_address_costs_as_many_hashes_as_a_known_one(settings, monkeypatch):
    settings.PASSWORD_HASHERS = ["watchfloor.platform.accounts.hashing.Argon2"]
    email = make_user(make_tenant(), password=PASSWORD).email
    hashed = []
    for name in ("encode", "verify"):
        real = getattr(Argon2, name)
        monkeypatch.setattr(
            Argon2, name, lambda *args, _real=real, **kw: hashed.append(1) or _real(*args, **kw)
        )

    attempt(email, ip="203.0.113.68")
    known = len(hashed)
    attempt(f"{unique('nobody')}@example.com", ip="203.0.113.68")

    assert known == len(hashed) - known == 1


def test_trying_many_addresses_from_one_place_is_slowed_down(monkeypatch):
    monkeypatch.setattr(door, "limiter", RateLimiter(unique("door"), 5))

    answers = [attempt(f"{unique('nobody')}@example.com", ip="203.0.113.69") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert int(answers[-1]["Retry-After"]) <= 60
    assert attempt(f"{unique('nobody')}@example.com", ip="203.0.113.70").status_code == 401


def test_a_flood_of_sign_ins_waits_instead_of_taking_all_memory(monkeypatch):
    monkeypatch.setattr(backend, "HASHING_PATIENCE", 0.05)
    monkeypatch.setattr(backend, "_hashing", BoundedSemaphore(1))
    backend._hashing.acquire()

    busy = attempt(f"{unique('nobody')}@example.com", ip="203.0.113.71")

    assert busy.status_code == 503
    assert busy["Retry-After"] == "5"

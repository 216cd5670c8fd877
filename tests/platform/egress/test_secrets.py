"""Secrets at rest: unreadable without the key, and able to change it."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from watchfloor.platform import secrets


def test_a_sealed_secret_shows_nothing_and_opens_again() -> None:
    sealed = secrets.seal("whsec_canary")

    assert b"canary" not in sealed
    assert sealed != secrets.seal("whsec_canary")
    assert secrets.unseal(sealed) == "whsec_canary"


def test_the_key_can_be_changed_and_the_old_one_removed(settings: Settings) -> None:
    settings.SECRET_KEY = "first"
    sealed = secrets.seal("whsec_canary")

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "second", ["first"]
    assert secrets.unseal(sealed) == "whsec_canary"
    sealed = secrets.reseal(sealed)

    settings.SECRET_KEY_FALLBACKS = []
    assert secrets.unseal(sealed) == "whsec_canary"
    settings.SECRET_KEY = "third"
    with pytest.raises(secrets.Unreadable):
        secrets.unseal(sealed)
    with pytest.raises(secrets.Unreadable):
        secrets.reseal(sealed)

"""Sets `request.user` and `request.viewer` from an API key or a session; neither is `None`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import cast

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare

from watchfloor.platform.accounts.identify import viewer_of_key, viewer_of_user
from watchfloor.platform.accounts.keys import ring
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.accounts.sessions import BOUND, SessionStore

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class AuthenticationMiddleware:
    """A key beats the session: who sends one means it, and a wrong one is not papered over."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user, viewer = identify(request)
        request.user = user
        request.viewer = viewer  # type: ignore[attr-defined]
        return self._get_response(request)


def identify(request: HttpRequest) -> tuple[User | AnonymousUser, Viewer | None]:
    header = request.headers.get("Authorization", "")
    if header:
        key = ring.find(key_in(header))
        return AnonymousUser(), viewer_of_key(key) if key else None
    session = cast("SessionStore", request.session)
    user = owner_of(session)
    if user is None:
        return AnonymousUser(), None
    return user, viewer_of_user(user, session.get(BOUND, ""))


def owner_of(session: SessionStore) -> User | None:
    """Return who is signed in, as Django's `get_user` does, but of the row read already.

    A session that was opened with another password ends. One sealed with a signing key that was
    replaced is sealed anew.
    """
    user, given = session.user, session.get(HASH_SESSION_KEY, "")
    if user is None or not user.may_sign_in:
        return None
    sealed = user.get_session_auth_hash()
    if constant_time_compare(given, sealed):
        return user
    if any(constant_time_compare(given, old) for old in user.get_session_auth_fallback_hash()):
        session.cycle_key()
        session[HASH_SESSION_KEY] = sealed
        return user
    session.flush()
    return None


def key_in(header: str) -> str:
    """Return the key of `Bearer KEY`, `GenieKey KEY` or Basic (as its password), else ""."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() in {"bearer", "geniekey"}:
        return value.strip()
    return _basic_password(value) if scheme.lower() == "basic" else ""


def _basic_password(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def is_by_key(request: HttpRequest) -> bool:
    viewer = viewer_in(request)
    return viewer is not None and viewer.actor.kind == "key"


def viewer_in(request: HttpRequest) -> Viewer | None:
    return cast("Viewer | None", getattr(request, "viewer", None))

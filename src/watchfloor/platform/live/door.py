"""Who is at the other end of a socket: its session or key, looked at again and again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http.cookie import parse_cookie

from watchfloor.platform.accounts.identify import viewer_of_key, viewer_of_user
from watchfloor.platform.accounts.keys import ring
from watchfloor.platform.accounts.middleware import key_in
from watchfloor.platform.accounts.models import Session
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.accounts.sessions import living, row_key


@dataclass(frozen=True, slots=True)
class Caller:
    """What a handshake brought along: the cookie of a session, or an `Authorization` header."""

    cookie: str = ""
    authorization: str = ""

    @property
    def is_program(self) -> bool:
        """A browser cannot send this header with a socket; as over HTTP, it beats the cookie."""
        return bool(self.authorization)


def caller_in(scope: dict[str, Any]) -> Caller:
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    cookies = parse_cookie(headers.get(b"cookie", ""))
    cookie = cookies.get(settings.SESSION_COOKIE_NAME, "")
    return Caller(cookie, headers.get(b"authorization", ""))


def viewer_of(caller: Caller, now: datetime) -> Viewer | None:
    """Return who may listen, or None once the key, session, user or tenant is at its end.

    Raises: Unavailable where it cannot be known whether a key still lives.
    """
    if not caller.is_program:
        return _viewer_of_session(caller.cookie, now)
    key = ring.find(key_in(caller.authorization))
    return viewer_of_key(key) if key else None


def _viewer_of_session(cookie: str, now: datetime) -> Viewer | None:
    """Looking does not count as activity of the person: an idle session ends in spite of it."""
    found = living(now).select_related("user__tenant").filter(pk=row_key(cookie))
    session = found.first()
    if session is None or session.user is None or not session.user.may_sign_in:
        return None
    return viewer_of_user(session.user, session.bound)


def mark_present(cookie: str, now: datetime) -> None:
    """Note that the person is there: a page that somebody looks at says so each minute."""
    Session.objects.filter(pk=row_key(cookie), expire_date__gt=now).update(last_seen_at=now)

"""Who is at the other end of a socket: the session of its cookie, looked at again and again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http.cookie import parse_cookie

from watchfloor.platform.accounts.identify import viewer_of_user
from watchfloor.platform.accounts.models import Session, User
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.accounts.sessions import row_key


def cookie_in(scope: dict[str, Any]) -> str:
    """Return the session cookie of an ASGI handshake, "" where there is none."""
    for name, value in scope["headers"]:
        if name == b"cookie":
            cookies = parse_cookie(value.decode("latin-1"))
            return cookies.get(settings.SESSION_COOKIE_NAME, "")
    return ""


def viewer_of(cookie: str, now: datetime) -> Viewer | None:
    """Return who may listen, or None once the session, the user or the tenant is at its end.

    Looking does not count as activity of the person: an idle session ends in spite of it.
    """
    idle_since = now - timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    session = Session.objects.filter(
        pk=row_key(cookie), expire_date__gt=now, last_seen_at__gt=idle_since
    ).first()
    if session is None or session.user_id is None:
        return None
    user = (
        User.objects.using("system")
        .select_related("tenant")
        .filter(pk=session.user_id, is_active=True, tenant__is_active=True)
        .first()
    )
    return None if user is None else viewer_of_user(user)


def mark_present(cookie: str, now: datetime) -> None:
    """Note that the person is there: a page that somebody looks at says so each minute."""
    Session.objects.filter(pk=row_key(cookie), expire_date__gt=now).update(last_seen_at=now)

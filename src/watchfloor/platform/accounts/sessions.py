"""Sessions on the server: bounded in total and in idleness, listable, ended from elsewhere.

The row is known by the hash of the cookie, so that a copy of the database signs nobody in. The
time of creation travels in the data: it survives the change of the key at sign-in.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from watchfloor.platform.accounts.models import Seat, Session, User
from watchfloor.platform.errors import NotFound
from watchfloor.platform.tracing import current_trace

# Writing each request down would cost a write for each; a minute is fine enough for idleness.
SEEN_EVERY = timedelta(minutes=1)
TENANT = "tenant_id"
CREATED = "created_at"
HOW = "how"
BOUND = "bound"
ENROL_BY = "enrol_by"
BROWSER = "browser"


def row_key(cookie: str) -> str:
    """Return the name under which the session of `cookie` is kept (40 hex characters)."""
    return sha256(cookie.encode()).hexdigest()[:40]


class SessionStore(SessionBase):
    """Django's session interface on `Session`, through the alias that its router names."""

    user_agent = ""
    _user: User | None = None

    @property
    def user(self) -> User | None:
        """Return whose session it is, as it was read; see `middleware.owner_of` before trusting."""
        named = self.get(SESSION_KEY)
        return self._user if self._user is not None and str(self._user.pk) == named else None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        row = live_session(self.session_key, timezone.now()) if self.session_key else None
        if row is None:
            self._session_key = None
            return {}
        self._user = row.user
        return self.decode(row.session_data)

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(pk=row_key(session_key)).exists()

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        row = self._row(data, timezone.now())
        if not must_create:
            self._update(row)
            return
        try:
            with transaction.atomic(using="system"):
                row.save(force_insert=True)
        except IntegrityError:
            raise CreateError from None

    def _update(self, row: Session) -> None:
        # A session that was ended meanwhile stays ended.
        changed = Session.objects.filter(pk=row.pk).update(
            session_data=row.session_data,
            expire_date=row.expire_date,
            user_id=row.user_id,
            tenant_id=row.tenant_id,
            last_seen_at=row.last_seen_at,
            how=row.how,
            bound=row.bound,
        )
        if not changed:
            raise UpdateError

    def _row(self, data: dict[str, Any], now: datetime) -> Session:
        created = datetime.fromisoformat(data[CREATED]) if CREATED in data else now
        return Session(
            session_key=row_key(cast("str", self.session_key)),
            session_data=self.encode(data),
            expire_date=created + timedelta(seconds=settings.SESSION_COOKIE_AGE),
            user_id=UUID(data[SESSION_KEY]) if SESSION_KEY in data else None,
            tenant_id=data.get(TENANT),
            created_at=created,
            last_seen_at=now,
            ip=current_trace().ip or None,
            user_agent=self.user_agent,
            how=data.get(HOW, ""),
            bound=data.get(BOUND, ""),
        )

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(pk=row_key(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        Session.objects.filter(expire_date__lte=timezone.now()).delete()


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's own, and the session knows which browser opened it."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        store = cast("SessionStore", request.session)
        store.user_agent = request.headers.get("User-Agent", "")[:200]


def living(now: datetime) -> QuerySet[Session]:
    """Return the sessions that are neither too old nor too long idle."""
    idle_since = now - timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    return Session.objects.filter(expire_date__gt=now, last_seen_at__gt=idle_since)


def live_session(cookie: str, now: datetime) -> Session | None:
    """Return the session with its user while it lives, and mark it seen."""
    row = living(now).select_related("user__tenant").filter(pk=row_key(cookie)).first()
    if row is not None and row.last_seen_at is not None and now - row.last_seen_at >= SEEN_EVERY:
        Session.objects.filter(pk=row.pk).update(last_seen_at=now)
    return row


def sessions_of(user_id: UUID, now: datetime) -> list[Session]:
    return list(living(now).filter(user=user_id).order_by("-last_seen_at"))


def session_of(user_id: UUID, session_id: str, now: datetime) -> Session:
    """Return a session of the user by the name of its row. Raises: NotFound."""
    row = next((row for row in sessions_of(user_id, now) if row.pk == session_id), None)
    if row is None:
        raise NotFound("There is no such session.")
    return row


def end_sessions(user_id: UUID, *, only: str | None = None, keep: str | None = None) -> int:
    """End the user's sessions, or the one named by its row, or all but the one of cookie `keep`.

    With all of them end their seats: no browser is theirs by PIN any more.
    """
    rows = Session.objects.filter(user_id=user_id)
    if only is not None:
        rows = rows.filter(pk=only)
    else:
        Seat.everybody.using("system").filter(user=user_id).delete()
    if keep is not None:
        rows = rows.exclude(pk=row_key(keep))
    return rows.delete()[0]

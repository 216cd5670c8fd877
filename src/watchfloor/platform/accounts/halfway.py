"""Between the password and the code: the session knows who is at the door, and nobody is in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest

from watchfloor.platform.accounts import factors, signing
from watchfloor.platform.accounts.backend import EmailBackend
from watchfloor.platform.accounts.models import User
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.tenancy.context import tenant_scope

LASTS = timedelta(minutes=5)
HALFWAY = "halfway"


def arrive(request: HttpRequest, user: User, *, how: str, then: str, now: datetime) -> bool:
    """Sign in, or where codes are asked for, wait for one. Return whether they are in."""
    with tenant_scope(user.tenant_id):
        needs_code = factors.of(user) is not None
    if not needs_code:
        signing.sign_in(request, user, how=how, now=now)
        return True
    request.session.cycle_key()
    until = (now + LASTS).isoformat()
    request.session[HALFWAY] = {"user": str(user.pk), "how": how, "then": then, "until": until}
    return False


def who(request: HttpRequest, now: datetime) -> User | None:
    """Return whose code is waited for."""
    waits = request.session.get(HALFWAY)
    if waits is None or datetime.fromisoformat(waits["until"]) <= now:
        return None
    return EmailBackend().get_user(waits["user"])


def finish(request: HttpRequest, user: User, code: str, *, now: datetime) -> str | None:
    """Sign in with the code. Return the page asked for; None where the code is wrong."""
    waits = request.session[HALFWAY]
    with tenant_scope(user.tenant_id):
        used = factors.check(user, code, by=Actor("user", str(user.pk)), now=now)
    if used is None:
        return None
    signing.sign_in(request, user, how=f"{waits['how']} and {used}", now=now)
    request.session.pop(HALFWAY, None)
    return str(waits["then"])

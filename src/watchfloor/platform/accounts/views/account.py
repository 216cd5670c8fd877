"""The own account: password, codes at sign-in, and where one is signed in."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from watchfloor.platform.accounts import browsers, factors, pins, services, signing, times
from watchfloor.platform.accounts.capabilities import BY_PIN, TO_ENROL
from watchfloor.platform.accounts.models import ClockHours, DateOrder, User
from watchfloor.platform.accounts.rates import RateLimiter
from watchfloor.platform.accounts.sessions import BOUND, ENROL_BY, row_key, sessions_of
from watchfloor.platform.accounts.times import Times
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Denied, Invalid
from watchfloor.platform.zones import known_zones

NOT_PROVED = "The current password is wrong."
# Whoever finds an open desk must not guess the password there.
own_password = RateLimiter("own-password", 10)


@never_cache
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    if not isinstance(request.user, User):
        return redirect("sign-in")
    return account_page(request, request.user)


def account_page(request: HttpRequest, user: User, **context: object) -> HttpResponse:
    enrol_by = request.session.get(ENROL_BY, "")
    context |= {
        "account": user,
        "sessions": _sessions(request, user),
        "has_password": user.has_usable_password(),
        "factor": factors.of(user),
        "pin": pins.pin_of(user),
        "by_pin": request.session.get(BOUND) == BY_PIN,
        "must_enrol": request.session.get(BOUND) == TO_ENROL,
        "clocks": ClockHours.choices,
        "orders": DateOrder.choices,
        "zones": known_zones(),
        "enrol_by": datetime.fromisoformat(enrol_by) if enrol_by else None,
    }
    with timezone.override(ZoneInfo(user.time_zone or "UTC")):
        return render(request, "accounts/account.html", context)


def _sessions(request: HttpRequest, user: User) -> list[dict[str, object]]:
    this = row_key(request.session.session_key or "")
    return [
        {
            "id": row.pk,
            "ip": row.ip,
            "browser": browsers.told(row.user_agent),
            "created_at": row.created_at,
            "last_seen_at": row.last_seen_at,
            "how": row.how,
            "is_this": row.pk == this,
        }
        for row in sessions_of(user.pk, timezone.now())
    ]


@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    user = full_session(request)
    if not proved(user, request.POST.get("current", "")):
        return account_page(request, user, error=NOT_PROVED)
    now, by = timezone.now(), Actor("user", str(user.pk))
    try:
        services.set_password(user, request.POST.get("new", ""), by=by, now=now)
    except Invalid as error:
        return account_page(request, user, error=error.message)
    signing.sign_in(request, user, how="new password", now=now)
    return redirect("account")


@require_POST
def change_times(request: HttpRequest) -> HttpResponse:
    user, given = own_session(request), request.POST
    wanted = Times(given.get("zone", "").strip(), given.get("clock", ""), given.get("dates", ""))
    by = Actor("user", str(user.pk))
    try:
        times.change(user, wanted, by=by, now=timezone.now())
    except Invalid as error:
        cures = error.details["fields"]
        return account_page(request, user, error=error.message, cures=cures)
    return redirect("account")


@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """End the session that is named, or without a name all but this one."""
    user, now = own_session(request), timezone.now()
    by, session = Actor("user", str(user.pk)), request.POST.get("session", "")
    if session:
        services.end_session(user, session, by=by, now=now)
    else:
        services.end_other_sessions(user, keep=request.session.session_key, by=by, now=now)
    return redirect("account")


def own_session(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Denied("Sign in first.")
    return request.user


def full_session(request: HttpRequest) -> User:
    """Return who is signed in. Raises: Denied where a PIN was all that they gave."""
    user = own_session(request)
    if request.session.get(BOUND) == BY_PIN:
        raise Denied("You came by PIN: sign in with your password first.")
    return user


def proved(user: User, password: str) -> bool:
    """Tell whether it is the user: who has no password yet came by a link, and needs to say none.

    Raises: TooMany.
    """
    if not user.has_usable_password():
        return True
    own_password.count(str(user.pk))
    return user.check_password(password)

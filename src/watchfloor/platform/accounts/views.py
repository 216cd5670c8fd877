"""Pages of the door: signing in and out, and one's own account. They work without a script."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from watchfloor.platform.accounts import browsers, services, signing
from watchfloor.platform.accounts.backend import TenantNeeded
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.rates import RateLimiter
from watchfloor.platform.accounts.sessions import row_key, sessions_of
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Denied, Invalid
from watchfloor.platform.requests import client_ip, problem_response

WRONG = "E-mail or password is wrong."
# From one address, over all users: a whole shift behind one router comes in within it.
SIGN_INS_PER_MINUTE = 60
limiter = RateLimiter("sign-in", SIGN_INS_PER_MINUTE)


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _form(request, next=request.GET.get("next", ""))
    limiter.count(client_ip(request))
    email = request.POST.get("email", "").strip().lower()
    try:
        user = authenticate(
            request,
            username=email,
            password=request.POST.get("password", ""),
            tenant=request.POST.get("tenant", "").strip(),
        )
    except TenantNeeded:
        return _form(request, ask_tenant=True, email=email, status=200)
    if user is None:
        return _form(request, error=WRONG, email=email, status=401)
    signing.sign_in(request, user, how="password", now=timezone.now())
    return redirect(_safe_next(request))


def _form(request: HttpRequest, *, status: int = 200, **context: object) -> HttpResponse:
    context.setdefault("next", request.POST.get("next", ""))
    return render(request, "accounts/sign_in.html", context, status=status)


def _safe_next(request: HttpRequest) -> str:
    """Return the page asked for before sign-in, if it is one of ours."""
    target = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if ours and target.startswith("/") else "/"


def locked_out(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """Answer instead of the form after too many wrong passwords (django-axes asks for it)."""
    seconds = int(settings.AXES_COOLOFF_TIME * 3600)
    message = f"Too many wrong passwords: wait {seconds // 60} minutes."
    problem = {"code": "too_many", "message": message, "retry_after": seconds}
    return problem_response(request, 429, problem)


@require_http_methods(["GET", "POST"])
def sign_in_by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """GET only shows a button: previews of mail and chat programs must not use the link up."""
    if request.method == "GET":
        response = render(request, "accounts/link.html")
    else:
        response = _use_link(request, secret)
    # Not `no-referrer`: with it a browser posts the form with `Origin: null`, which CSRF refuses.
    response["Referrer-Policy"] = "strict-origin"
    response["Cache-Control"] = "no-store"
    return response


def _use_link(request: HttpRequest, secret: str) -> HttpResponse:
    now = timezone.now()
    user = signing.use_sign_in_link(secret, now=now)
    if user is None:
        return _form(request, error="This link was used or is too old.", status=401)
    signing.sign_in(request, user, how="link", now=now)
    # Who looks at the demonstration came for the floor; all others first need a way back in.
    return redirect("/" if user.has_usable_password() or user.is_demo else "account")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, User):
        signing.sign_out(request, request.user, now=timezone.now())
    return redirect("sign-in")


@require_GET
def account(request: HttpRequest) -> HttpResponse:
    if not isinstance(request.user, User):
        return redirect("sign-in")
    return _account_page(request, request.user)


def _account_page(request: HttpRequest, user: User, **context: object) -> HttpResponse:
    this = row_key(request.session.session_key or "")
    sessions = [
        {
            "id": row.pk,
            "ip": row.ip,
            "browser": browsers.told(row.user_agent),
            "created_at": row.created_at,
            "is_this": row.pk == this,
        }
        for row in sessions_of(user.pk, timezone.now())
    ]
    context |= {
        "account": user,
        "sessions": sessions,
        "has_password": user.has_usable_password(),
    }
    with timezone.override(ZoneInfo(user.time_zone or "UTC")):
        return render(request, "accounts/account.html", context)


@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    user = _own_session(request)
    if user.has_usable_password() and not user.check_password(request.POST.get("current", "")):
        return _account_page(request, user, error="The current password is wrong.")
    now, by = timezone.now(), Actor("user", str(user.pk))
    try:
        services.set_password(user, request.POST.get("new", ""), by=by, now=now)
    except Invalid as error:
        return _account_page(request, user, error=error.message)
    signing.sign_in(request, user, how="password changed", now=now)
    return redirect("account")


@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    user = _own_session(request)
    by, session = Actor("user", str(user.pk)), request.POST.get("session", "")
    services.end_session(user, session, by=by, now=timezone.now())
    return redirect("account")


def _own_session(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Denied("Sign in first.")
    return request.user

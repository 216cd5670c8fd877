"""Pages of the door: signing in and out. They work without a script."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from watchfloor.platform.accounts import halfway, signing
from watchfloor.platform.accounts.backend import TenantNeeded
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.rates import RateLimiter
from watchfloor.platform.requests import client_ip, problem_response

WRONG = "E-mail or password is wrong."
WRONG_CODE = "This code is wrong, was used before, or is too old."
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
    if not isinstance(user, User):
        return _form(request, error=WRONG, email=email, status=401)
    return _arrived(request, user, how="password", then=ours(request.POST.get("next", "")))


def _arrived(request: HttpRequest, user: User, *, how: str, then: str) -> HttpResponse:
    is_in = halfway.arrive(request, user, how=how, then=then, now=timezone.now())
    return redirect(then if is_in else "sign-in-code")


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code, once the password was right."""
    now = timezone.now()
    user = halfway.who(request, now)
    if user is None:
        return redirect("sign-in")
    if request.method == "GET":
        return render(request, "accounts/code.html")
    limiter.count(client_ip(request))
    then = halfway.finish(request, user, request.POST.get("code", ""), now=now)
    if then is None:
        return render(request, "accounts/code.html", {"error": WRONG_CODE}, status=401)
    return redirect(then)


def _form(request: HttpRequest, *, status: int = 200, **context: object) -> HttpResponse:
    context.setdefault("next", request.POST.get("next", ""))
    return render(request, "accounts/sign_in.html", context, status=status)


def ours(target: str) -> str:
    """Return the page asked for, if it is one of ours."""
    is_here = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if is_here and target.startswith("/") else "/"


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
    user = signing.use_sign_in_link(secret, now=timezone.now())
    if user is None:
        return _form(request, error="This link was used or is too old.", status=401)
    # Who looks at the demonstration came for the floor; all others first need a way back in.
    has_way_back = user.has_usable_password() or user.is_demo
    return _arrived(request, user, how="link", then="/" if has_way_back else "/account")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, User):
        signing.sign_out(request, request.user, now=timezone.now())
    return redirect("sign-in")

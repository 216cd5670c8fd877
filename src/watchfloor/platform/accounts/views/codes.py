"""Codes at sign-in, on the own account: setting them up, new recovery codes, going without."""

from __future__ import annotations

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from watchfloor.platform.accounts import factors, requiring, signing, totp
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.views.account import (
    NOT_PROVED,
    account_page,
    full_session,
    proved,
)
from watchfloor.platform.accounts.views.door import WRONG_CODE
from watchfloor.platform.audit.actors import Actor


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Choose a secret. Needs the password: whoever finds an open desk plants no app of theirs."""
    user = full_session(request)
    if not user.has_usable_password():
        return account_page(request, user, error="Set a password first.")
    if not proved(user, request.POST.get("current", "")):
        return account_page(request, user, error=NOT_PROVED)
    factors.begin(user, now=timezone.now())
    return redirect("account-codes")


@never_cache
@require_http_methods(["GET", "POST"])
def codes(request: HttpRequest) -> HttpResponse:
    """Show the secret as a QR code, and take the first code that the app makes of it."""
    user = full_session(request)
    if request.method == "GET":
        return _setting_up(request, user)
    now = timezone.now()
    recovery = factors.confirm(user, request.POST.get("code", ""), by=_actor(user), now=now)
    if recovery is None:
        return _setting_up(request, user, error=WRONG_CODE)
    signing.bind(request, requiring.due(user), now=now)
    return _shown_once(request, recovery)


def _setting_up(request: HttpRequest, user: User, error: str = "") -> HttpResponse:
    secret = factors.begun(user)
    if secret is None:
        return redirect("account")
    address = totp.address(secret, email=user.email, tenant=user.tenant.name)
    context = {
        "address": address,
        "picture": segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff"),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "error": error,
    }
    return render(request, "accounts/set_up_codes.html", context, status=401 if error else 200)


@never_cache
@require_POST
def renew_recovery(request: HttpRequest) -> HttpResponse:
    user = full_session(request)
    if not _proved_by_code(request, user):
        return account_page(request, user, error=WRONG_CODE)
    codes = factors.renew_recovery(user, by=_actor(user), now=timezone.now())
    return _shown_once(request, codes)


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    user, now = full_session(request), timezone.now()
    if not _proved_by_code(request, user):
        return account_page(request, user, error=WRONG_CODE)
    factors.end(user, by=_actor(user), now=now)
    signing.bind(request, requiring.due(user), now=now)
    return redirect("account")


def _proved_by_code(request: HttpRequest, user: User) -> bool:
    if factors.of(user) is None:
        return False
    code = request.POST.get("code", "")
    return factors.check(user, code, by=_actor(user), now=timezone.now()) is not None


def _shown_once(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return render(request, "accounts/recovery_codes.html", {"codes": codes})


def _actor(user: User) -> Actor:
    return Actor("user", str(user.pk))

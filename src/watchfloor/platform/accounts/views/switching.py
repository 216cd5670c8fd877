"""Switching the user of a browser by PIN, and the PIN on the own account."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from watchfloor.platform.accounts import pins, signing
from watchfloor.platform.accounts.models import Seat, User
from watchfloor.platform.accounts.views.account import (
    NOT_PROVED,
    account_page,
    full_session,
    proved,
)
from watchfloor.platform.accounts.views.door import ours
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Invalid

WRONG_PIN = "This PIN is wrong. After three, only signing in helps."


@never_cache
@require_http_methods(["GET", "POST"])
def switch(request: HttpRequest) -> HttpResponse:
    """List who signed in here today, and hand the browser over to whose PIN it is."""
    if not isinstance(request.user, User):
        return redirect("sign-in")
    now = timezone.now()
    if request.method == "GET":
        return _page(request, now, then=ours(request.GET.get("next", "")))
    then, seat = ours(request.POST.get("next", "")), _recognised(request, now)
    if seat is None:
        return _page(request, now, then=then, error=WRONG_PIN)
    signing.switch(request, seat, former=request.user, now=now)
    return redirect(then)


def _recognised(request: HttpRequest, now: datetime) -> Seat | None:
    try:
        chosen = UUID(request.POST.get("user", ""))
    except ValueError:
        return None
    return pins.recognise(request, chosen, request.POST.get("pin", ""), now)


def _page(request: HttpRequest, now: datetime, *, then: str, error: str = "") -> HttpResponse:
    context = {
        "colleagues": pins.colleagues(request, now),
        "chosen": request.POST.get("user", ""),
        "then": then,
        "error": error,
    }
    return render(request, "accounts/switch.html", context, status=401 if error else 200)


@require_POST
def set_pin(request: HttpRequest) -> HttpResponse:
    user, now = full_session(request), timezone.now()
    if not user.has_usable_password():
        return account_page(request, user, error="Set a password first.")
    if not proved(user, request.POST.get("current", "")):
        return account_page(request, user, error=NOT_PROVED)
    try:
        pins.set_pin(user, request.POST.get("pin", ""), by=Actor("user", str(user.pk)), now=now)
    except Invalid as error:
        return account_page(request, user, error=error.message)
    return redirect("account")


@require_POST
def drop_pin(request: HttpRequest) -> HttpResponse:
    user = full_session(request)
    pins.drop_pin(user, by=Actor("user", str(user.pk)), now=timezone.now())
    return redirect("account")

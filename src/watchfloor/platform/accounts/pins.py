"""Switching the user of a browser by PIN: among those who signed in fully in this very browser.

A PIN is short, so it proves little: it opens only a browser in which its person signed in with all
that is asked of them, within the longest life of a session; three wrong ones end that; and what a
PIN opens holds no administration (`capabilities.WITHIN`). Its hash is sealed besides, as a copy of
the database would give away six digits however slow the hash is.
"""

from __future__ import annotations

import secrets as chance
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from watchfloor.platform import secrets
from watchfloor.platform.accounts import backend, requiring
from watchfloor.platform.accounts.models import Pin, Seat, User
from watchfloor.platform.accounts.sessions import BROWSER
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Invalid
from watchfloor.platform.secrets import Resealed

SHORTEST, LONGEST = 6, 12
WRONG_PINS = 3
_RUNS = "01234567890123456789", "98765432109876543210"


def set_pin(user: User, pin: str, *, by: Actor, now: datetime) -> None:
    """Set the PIN. Raises: Invalid for one that is no number, or the first that is guessed."""
    _check(pin)
    with backend.one_of_few():
        sealed = secrets.seal(make_password(pin))
    with transaction.atomic():
        Pin.objects.update_or_create(user_id=user.pk, defaults={"sealed": sealed, "set_at": now})
        audit.record(by, "user.pin_set", "user", user.pk, at=now)


@transaction.atomic
def drop_pin(user: User, *, by: Actor, now: datetime) -> None:
    """Have no PIN any more. Repeating it changes nothing."""
    if Pin.objects.filter(user=user.pk).delete()[0]:
        audit.record(by, "user.pin_dropped", "user", user.pk, at=now)


@transaction.atomic
def reseal() -> Resealed:
    """Seal the hashes of the tenant in scope with the newest key."""
    rows = Pin.objects.select_for_update(of=("self",)).select_related("user")
    named = ((f"the PIN of {row.user.email}", row) for row in rows)
    return secrets.reseal_rows(named, column="sealed")


def pin_of(user: User) -> Pin | None:
    return Pin.objects.filter(user=user.pk).first()


def sit_down(browser: str, user: User, *, now: datetime) -> None:
    """Note that the user signed in fully in the browser: wrong PINs of before are forgotten."""
    Seat.objects.update_or_create(
        browser=_hashed(browser), user_id=user.pk, defaults={"signed_in_at": now, "wrong": 0}
    )


def new_browser() -> str:
    return chance.token_urlsafe(32)


def colleagues(request: HttpRequest, now: datetime) -> list[User]:
    """Return who else may switch to themselves by PIN in this browser, by name."""
    seats = _seats(request, now).values("user")
    return list(User.objects.filter(pk__in=seats).order_by("name", "email"))


@transaction.atomic
def recognise(request: HttpRequest, user_id: UUID, pin: str, now: datetime) -> Seat | None:
    """Return the seat of the user whose PIN it is; None where it is wrong or nobody's.

    The third wrong one takes the seat away: then only signing in helps.
    """
    seat = _seats(request, now).select_for_update(of=("self",)).filter(user=user_id).first()
    if seat is None:
        return None
    due = requiring.due(seat.user)
    if due is not None and due <= now:
        return None
    kept = Pin.objects.get(user=user_id)
    with backend.one_of_few():
        is_right = check_password(pin, secrets.unseal(kept.sealed))
    if is_right:
        Seat.objects.filter(pk=seat.pk).update(wrong=0)
        return seat
    _count_wrong(seat, request, now)
    return None


def _seats(request: HttpRequest, now: datetime) -> QuerySet[Seat]:
    """Return the seats in this browser of others who have a PIN and may sign in."""
    browser = request.session.get(BROWSER, "")
    since = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    found = Seat.objects.filter(browser=_hashed(browser), signed_in_at__gt=since)
    may = found.filter(user__is_active=True, user__in=Pin.objects.values("user"))
    return may.exclude(user=request.user.pk).select_related("user")


def _count_wrong(seat: Seat, request: HttpRequest, now: datetime) -> None:
    seat.wrong += 1
    if seat.wrong < WRONG_PINS:
        seat.save(update_fields=["wrong"])
    else:
        seat.delete()
    by, wrong = Actor("user", str(request.user.pk)), {"wrong": seat.wrong}
    audit.record(by, "user.pin_refused", "user", seat.user_id, at=now, after=wrong)


def _check(pin: str) -> None:
    is_number = pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST
    if not is_number:
        raise Invalid(f"A PIN has {SHORTEST} to {LONGEST} digits.", fields={"pin": "digits only"})
    if len(set(pin)) < 3 or any(pin in run for run in _RUNS):
        raise Invalid("This PIN is among the first to be guessed.", fields={"pin": "another one"})


def _hashed(browser: str) -> str:
    return sha256(browser.encode()).hexdigest()[:40]

"""The second factor of people who sign in: an app that shows codes. Within the tenant's scope."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from watchfloor.platform import secrets
from watchfloor.platform.accounts import recovery, totp
from watchfloor.platform.accounts.events import access_changed
from watchfloor.platform.accounts.models import SecondFactor, User
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict, NotFound, TooMany
from watchfloor.platform.secrets import Resealed

# As with passwords; and after these, one try in each such time until a right one comes.
WRONG_CODES = 10
COOLS_OFF = timedelta(minutes=15)
CODE, RECOVERY = "code", "recovery code"


def of(user: User) -> SecondFactor | None:
    """Return the factor that is in force."""
    return SecondFactor.objects.filter(user=user.pk, confirmed_at__isnull=False).first()


def are_on(user: User) -> bool:
    """Tell it of one of many, whose factors were fetched with them."""
    row: SecondFactor | None = getattr(user, "second_factor", None)
    return row is not None and row.confirmed_at is not None


def begun(user: User) -> str | None:
    """Return the secret of an app that has not yet shown that it works."""
    row = SecondFactor.objects.filter(user=user.pk, confirmed_at=None).first()
    return secrets.unseal(row.secret) if row else None


@transaction.atomic
def begin(user: User, *, now: datetime) -> None:
    """Choose a secret for the app; nothing is asked for before a code of it has come."""
    row, is_new = SecondFactor.objects.select_for_update().get_or_create(
        user=user, defaults={"secret": secrets.seal(totp.new_secret()), "begun_at": now}
    )
    if row.confirmed_at is not None:
        raise Conflict("Codes are asked for already.")
    if not is_new:
        row.secret, row.begun_at = secrets.seal(totp.new_secret()), now
        row.save(update_fields=["secret", "begun_at"])


@transaction.atomic
def confirm(user: User, code: str, *, by: Actor, now: datetime) -> list[str] | None:
    """Ask for codes from now on. Return the recovery codes; None where the code is wrong."""
    row = SecondFactor.objects.select_for_update().filter(user=user.pk, confirmed_at=None).first()
    if row is None:
        raise Conflict("Begin anew: nothing waits to be confirmed.")
    _refuse_guessing(row, now)
    step = totp.step_of(_digits(code), secrets.unseal(row.secret), now, after=row.last_step)
    if step is None:
        _count_wrong(row, by, now)
        return None
    codes = recovery.new_codes()
    row.confirmed_at, row.last_step, row.wrong = now, step, 0
    row.recovery = [recovery.hashed(one) for one in codes]
    row.save()
    audit.record(by, "user.codes_begun", "user", user.pk, at=now)
    return codes


@transaction.atomic
def check(user: User, given: str, *, by: Actor, now: datetime) -> str | None:
    """Use up a code or a recovery code. Return which it was; None where it is wrong.

    Raises: TooMany after ten wrong ones.
    """
    row = SecondFactor.objects.select_for_update().get(user=user.pk, confirmed_at__isnull=False)
    _refuse_guessing(row, now)
    used = _used(row, given, now)
    if used is None:
        _count_wrong(row, by, now)
        return None
    row.wrong = 0
    row.save()
    if used == RECOVERY:
        left = {"left": len(row.recovery)}
        audit.record(by, "user.recovery_code_used", "user", user.pk, at=now, after=left)
    return used


@transaction.atomic
def renew_recovery(user: User, *, by: Actor, now: datetime) -> list[str]:
    """Return new recovery codes; those before are void."""
    codes = recovery.new_codes()
    hashes = [recovery.hashed(one) for one in codes]
    if not SecondFactor.objects.filter(user=user.pk).update(recovery=hashes):
        raise NotFound("No codes are asked for.")
    audit.record(by, "user.recovery_codes_renewed", "user", user.pk, at=now)
    return codes


@transaction.atomic
def end(user: User, *, by: Actor, now: datetime) -> None:
    """Ask for no more codes: at the person's wish, or as their phone is lost."""
    if not SecondFactor.objects.filter(user=user.pk).delete()[0]:
        raise NotFound("No codes are asked for.")
    audit.record(by, "user.codes_ended", "user", user.pk, at=now)
    access_changed(user.pk, at=now)


@transaction.atomic
def reseal() -> Resealed:
    """Seal the secrets of the tenant in scope with the newest key."""
    rows = SecondFactor.objects.select_for_update(of=("self",)).select_related("user")
    named = ((f"the app for codes of {row.user.email}", row) for row in rows)
    return secrets.reseal_rows(named, column="secret")


def _used(row: SecondFactor, given: str, now: datetime) -> str | None:
    step = totp.step_of(_digits(given), secrets.unseal(row.secret), now, after=row.last_step)
    if step is not None:
        row.last_step = step
        return CODE
    one = recovery.hashed(given)
    if one in row.recovery:
        row.recovery.remove(one)
        return RECOVERY
    return None


def _refuse_guessing(row: SecondFactor, now: datetime) -> None:
    if row.wrong < WRONG_CODES or row.wrong_at is None:
        return
    left = row.wrong_at + COOLS_OFF - now
    if left > timedelta():
        minutes = int(COOLS_OFF.total_seconds() // 60)
        raise TooMany(
            f"Too many wrong codes: wait {minutes} minutes.", retry_after=int(left.total_seconds())
        )


def _count_wrong(row: SecondFactor, by: Actor, now: datetime) -> None:
    row.wrong, row.wrong_at = row.wrong + 1, now
    row.save(update_fields=["wrong", "wrong_at"])
    audit.record(by, "user.code_refused", "user", row.user_id, at=now, after={"wrong": row.wrong})


def _digits(code: str) -> str:
    """Apps show a code in two groups, and people type it so."""
    return "".join(code.split())

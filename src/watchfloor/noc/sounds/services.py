"""Setting what sounds, and keeping the own desks quiet for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from django.db import transaction

from watchfloor.aiops.alerts import sounding
from watchfloor.aiops.errors import ConfigError
from watchfloor.noc.alerts import checks
from watchfloor.noc.desks import services as desks
from watchfloor.noc.sounds import selectors
from watchfloor.noc.sounds.selectors import Policy
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.services import user_of_tenant
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Denied, Invalid
from watchfloor.platform.events import bus
from watchfloor.platform.tenancy import settings
from watchfloor.platform.tenancy.context import require_tenant_id

CHANGED = "sounds.changed"


@transaction.atomic
def change(policy: Policy, *, by: Actor, now: datetime) -> Policy:
    """Set all of it; what it leaves out makes no sound. The same again changes nothing.

    Raises: Invalid where what must be heard would not be.
    """
    try:
        sounding.check(policy)
    except ConfigError as error:
        raise Invalid("This cannot be set.", fields={"sounds": str(error)}) from error
    kept = msgspec.to_builtins(dict(policy))
    before = selectors.policy(settings.put(**{selectors.SETTING: kept}))
    if dict(before) != dict(policy):
        audit.record(
            by, "sounds.changed", "tenant", require_tenant_id(), at=now,
            before=msgspec.to_builtins(dict(before)), after=kept,
        )  # fmt: skip
        bus.publish(CHANGED, {}, at=now)
    return policy


@transaction.atomic
def mute(minutes: int, *, by: Actor, now: datetime) -> datetime:
    """Keep the desks of `by` quiet for so long; return until when. Raises: Invalid, Denied.

    What must be heard sounds at theirs, too, when nobody has looked at it for a minute longer.
    """
    allowed = [int(seconds) // 60 for seconds in sounding.MUTES]
    if minutes not in allowed:
        said = ", ".join(map(str, allowed))
        raise Invalid("A mute ends sooner or later.", fields={"minutes": f"one of {said}"})
    until = now + timedelta(minutes=minutes)
    user = _person(by)
    _set(user, until)
    after = {"until": until.isoformat()}
    audit.record(by, "desk.muted", "user", user.pk, at=now, after=after)
    desks.tell_of(user.pk, now=now)
    return until


@transaction.atomic
def unmute(*, by: Actor, now: datetime) -> None:
    """Let the desks of `by` sound again. Repeating it changes nothing."""
    user = _person(by)
    until = selectors.muted_until(user, now)
    _set(user, None)
    if until is not None:
        before = {"until": until.isoformat()}
        audit.record(by, "desk.unmuted", "user", user.pk, at=now, before=before)
        desks.tell_of(user.pk, now=now)


def _person(by: Actor) -> User:
    user_id = checks.user_id_of(by)
    if user_id is None:
        raise Denied("A desk is a person's: sign in.")
    return user_of_tenant(user_id)


def _set(user: User, until: datetime | None) -> None:
    User.objects.filter(pk=user.pk).update(muted_until=until)

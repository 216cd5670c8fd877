"""What every act of a person is checked for, on alerts and incidents alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from watchfloor.platform.accounts.capabilities import VIEW
from watchfloor.platform.accounts.identify import viewer_of_user
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.scope import Place
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict, Invalid
from watchfloor.platform.tenancy.context import require_tenant_id

LONGEST_TEXT = 4000
LONGEST_SNOOZE = 7 * 86_400


def text_of(text: str, field: str) -> str:
    """Return the text without outer space. Raises: Invalid if nothing is left, or too much."""
    text = optional_text(text, field)
    if not text:
        raise Invalid("Some words are needed.", fields={field: "write at least one character"})
    return text


def optional_text(text: str, field: str) -> str:
    text = text.replace("\x00", "").strip()
    if len(text) > LONGEST_TEXT:
        message = f"write at most {LONGEST_TEXT} characters"
        raise Invalid("These are too many words.", fields={field: message})
    return text


def snooze_end(until: datetime, now: datetime) -> datetime:
    """Return `until`. Raises: Invalid unless it lies within the coming seven days."""
    if until.tzinfo is None or not 0 < (until - now).total_seconds() <= LONGEST_SNOOZE:
        message = "a time with its zone, within the next 7 days"
        raise Invalid("It cannot sleep until then.", fields={"until": message})
    return until


def same_version(noun: str, version: int, expected: int | None, last: str) -> None:
    """Raises: Conflict that says what was done `last`, if the caller saw an older row."""
    if expected is not None and expected != version:
        raise Conflict(f"This {noun} has changed meanwhile: {last}", version=version)


def assignee(user_id: UUID, places: Iterable[Place]) -> User:
    """Return the user. Raises: Invalid unless they can sign in and see all of these places."""
    users = User.objects.filter(tenant_id=require_tenant_id(), is_active=True)
    person = users.filter(pk=user_id).first()
    if person is None:
        raise Invalid("Nobody of this floor.", fields={"user_id": "name an active user"})
    viewer = viewer_of_user(person)
    if not (viewer.may(VIEW) and viewer.scope.covers_all(places)):
        message = "name somebody who may see all of it"
        raise Invalid(f"{person} may not see this, or not all of it.", fields={"user_id": message})
    return person


def user_id_of(actor: Actor) -> UUID | None:
    return UUID(actor.id) if actor.kind == "user" else None

"""Writing a handover, and taking one over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from watchfloor.noc.alerts import checks, tested
from watchfloor.noc.handover import contents
from watchfloor.noc.handover.gathering import gather
from watchfloor.noc.handover.models import Handover
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict


@transaction.atomic
def write(user: User, scope: Scope, *, since: datetime, note: str, now: datetime) -> Handover:
    """Keep what the shift since then leaves within the scope. Raises: Invalid."""
    found = gather(scope, since=since, now=now, tests=tested.under_way(scope, now), by=str(user))
    row = Handover.objects.create(
        starts_at=since,
        ends_at=now,
        written_by=user,
        note=checks.optional_text(note, "note"),
        is_whole=scope.all_clients,
        client_ids=[str(pk) for pk in scope.client_ids],
        site_ids=[str(pk) for pk in scope.site_ids],
        contents=contents.stored(found),
    )
    after = {"since": since.isoformat(), "open": len(found.work)}
    by = Actor("user", str(user.pk))
    audit.record(by, "handover.written", "handover", row.pk, at=now, after=after)
    return row


@transaction.atomic
def acknowledge(user: User, handover: Handover, *, now: datetime) -> Handover:
    """Take over. Repeating it changes nothing.

    Raises: Conflict for one's own, and where somebody else has taken over.
    """
    if handover.written_by_id == user.pk:
        raise Conflict("Whoever comes next takes over, not who wrote it.")
    waiting = Handover.objects.filter(pk=handover.pk, acknowledged_at=None)
    if waiting.update(acknowledged_at=now, acknowledged_by=user):
        by = Actor("user", str(user.pk))
        audit.record(by, "handover.acknowledged", "handover", handover.pk, at=now)
    handover.refresh_from_db()
    if handover.acknowledged_by_id != user.pk:
        who = handover.acknowledged_by or "Somebody who is gone"
        raise Conflict(f"{who} took over at {handover.acknowledged_at:%H:%M:%S} UTC.")
    return handover

"""What people do at their desks: look at an incident, leave it, take it over, have a break.

A claim tells the others; it keeps nobody from acting. It is one row that one statement writes, so
of two who claim at once one has it, and neither waits for the tenant's lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from watchfloor.noc.alerts import checks
from watchfloor.noc.desks import selectors
from watchfloor.noc.desks.models import Break, Claim
from watchfloor.noc.incidents import refusing
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.incidents.refusing import Earlier
from watchfloor.platform import bulk
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Denied
from watchfloor.platform.events import bus
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.context import require_tenant_id

CHANGED = "desks.changed"
LEASE = timedelta(seconds=120)

_CLAIM = """
INSERT INTO desks_claim AS c (id, tenant_id, incident_id, user_id, since, renewed_at, until)
VALUES (%b, %b, %b, %b, %b, %b, %b)
ON CONFLICT (incident_id) DO UPDATE SET
    user_id = excluded.user_id, renewed_at = excluded.renewed_at, until = excluded.until,
    since = CASE WHEN c.user_id = excluded.user_id AND c.until > excluded.renewed_at
        THEN c.since ELSE excluded.since END
WHERE c.user_id = excluded.user_id OR c.until <= excluded.renewed_at OR %b
RETURNING since"""


@transaction.atomic
def claim(incident: NOCIncident, *, by: Actor, now: datetime) -> Claim:
    """Say that `by` looks at it for the next two minutes; while they do, this renews it.

    Raises: Conflict while somebody else looks at it, or where it is over.
    """
    user_id = _person(by)
    refusing.check_open(incident)
    since = _write(incident, user_id, now)
    if since is None:
        raise _claimed(incident, now)
    if since == now:
        _end_break(user_id, by, now)
        audit.record(by, "incident.claimed", "incident", incident.pk, at=now)
    _tell([incident.pk], now=now)
    return Claim.objects.select_related("user").get(incident=incident)


@transaction.atomic
def take_over(incident: NOCIncident, *, by: Actor, now: datetime) -> Claim:
    """Look at it in the place of whoever does. Repeating it changes nothing."""
    user_id = _person(by)
    refusing.check_open(incident)
    former = selectors.claim_on(incident.pk, now)
    if former is not None and former.user_id != user_id:
        before, after = {"user_id": str(former.user_id)}, {"user_id": str(user_id)}
        audit.record(
            by, "incident.taken_over", "incident", incident.pk, at=now, before=before, after=after
        )
    _write(incident, user_id, now, by_force=True)
    _tell([incident.pk], now=now)
    return Claim.objects.select_related("user").get(incident=incident)


@transaction.atomic
def leave(incident: NOCIncident, *, by: Actor, now: datetime) -> None:
    """Look at it no more. What somebody else has claimed meanwhile stays theirs."""
    _end_claims(Claim.objects.filter(incident=incident), _person(by), by, now)


@transaction.atomic
def start_break(*, by: Actor, now: datetime) -> Break:
    """Be away from the desk; what one looked at is free for others. Repeating changes nothing."""
    user_id = _person(by)
    begun, is_new = Break.objects.get_or_create(
        user_id=user_id, ended_at=None, defaults={"started_at": now}
    )
    if is_new:
        _end_claims(Claim.objects.all(), user_id, by, now)
        audit.record(by, "desk.break_started", "user", user_id, at=now)
        _tell(user_id=user_id, now=now)
    return begun


@transaction.atomic
def end_break(*, by: Actor, now: datetime) -> None:
    """Be back. Whoever begins to look at an incident is back, too."""
    _end_break(_person(by), by, now)


def tell_of(user_id: UUID, *, now: datetime) -> None:
    """Let open pages show what changed at the desk of somebody."""
    _tell(user_id=user_id, now=now)


def _end_break(user_id: UUID, by: Actor, now: datetime) -> None:
    if Break.objects.filter(user_id=user_id, ended_at=None).update(ended_at=now):
        audit.record(by, "desk.break_ended", "user", user_id, at=now)
        _tell(user_id=user_id, now=now)


def _end_claims(found: selectors.Claims, user_id: UUID, by: Actor, now: datetime) -> None:
    standing = found.filter(user_id=user_id, until__gt=now)
    ids = list(standing.values_list("incident_id", flat=True))
    if not ids:
        return
    standing.update(until=now)
    for incident_id in ids:
        audit.record(by, "incident.left", "incident", incident_id, at=now)
    _tell(ids, now=now)


def _write(
    incident: NOCIncident, user_id: UUID, now: datetime, *, by_force: bool = False
) -> datetime | None:
    """Write the claim and return since when it stands, or None where somebody else has it."""
    row = [uuid7(), require_tenant_id(), incident.pk, user_id, now, now, now + LEASE, by_force]
    rows = bulk.run(_CLAIM, row)
    return rows[0][0] if rows else None


def _claimed(incident: NOCIncident, now: datetime) -> Exception:
    standing = selectors.claim_on(incident.pk, now)
    earlier = Earlier(str(standing.user), "claimed it", standing.since) if standing else None
    return refusing.refusal(incident, "is claimed", earlier)


def _person(by: Actor) -> UUID:
    user_id = checks.user_id_of(by)
    if user_id is None:
        raise Denied("A desk is a person's: sign in.")
    return user_id


def _tell(incident_ids: Iterable[UUID] = (), *, now: datetime, user_id: UUID | None = None) -> None:
    payload = {
        "incident_ids": [str(pk) for pk in incident_ids],
        "user_ids": [str(user_id)] if user_id else [],
    }
    bus.publish(CHANGED, payload, at=now)

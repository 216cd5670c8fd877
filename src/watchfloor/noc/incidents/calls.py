"""Calls that people made about an incident, by the call list of one of its sites."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import transaction

from watchfloor.domain.contacts import selectors as contacts
from watchfloor.domain.contacts.models import Contact
from watchfloor.noc.alerts.announce import announce
from watchfloor.noc.incidents.models import IncidentPlace, NOCIncident, TimelineEntry
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Invalid

CALLED: Final = "called"


class Outcome(StrEnum):
    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


SAID: Mapping[Outcome, str] = {
    Outcome.REACHED: "reached",
    Outcome.NO_ANSWER: "no answer",
    Outcome.WRONG_NUMBER: "wrong number",
}


def contacts_of(incident_id: UUID, within: Scope) -> list[Contact]:
    """Return whom to call: the lists of the incident's sites in the scope. One query."""
    sites = IncidentPlace.objects.filter(within.q(), incident_id=incident_id).values("site_id")
    return list(contacts.contacts_for(within).filter(site_id__in=sites))


def made(incident_id: UUID) -> dict[UUID, TimelineEntry]:
    """Return the last call to each contact. One query."""
    entries = TimelineEntry.objects.filter(incident_id=incident_id, kind=CALLED)
    return {UUID(entry.data["contact_id"]): entry for entry in entries.order_by("at", "id")}


@transaction.atomic
def record(
    incident: NOCIncident,
    contact_id: UUID,
    outcome: Outcome,
    *,
    within: Scope,
    by: Actor,
    now: datetime,
) -> TimelineEntry:
    """Write down how a call went. The timeline names no person: who may see them, finds them.

    Raises: Invalid for somebody who is on no call list of the incident's sites in the scope.
    """
    contact = next((one for one in contacts_of(incident.pk, within) if one.pk == contact_id), None)
    if contact is None:
        cure = "reload: the call list has changed, or the site is not yours"
        raise Invalid("There is no such contact on its call lists.", fields={"contact_id": cure})
    who = contact.role or "contact"
    entry = TimelineEntry.objects.create(
        incident=incident,
        at=now,
        kind=CALLED,
        text=f"{who}, number {contact.position} on the call list: {SAID[outcome]}",
        actor_kind=by.kind,
        actor_id=by.id,
        data={"contact_id": str(contact.pk), "outcome": outcome},
    )
    after = {"contact_id": str(contact.pk), "outcome": outcome}
    audit.record(by, "incident.called", "incident", incident.pk, at=now, after=after)
    announce([incident.pk], now=now, is_first=incident.is_life_safety)
    return entry

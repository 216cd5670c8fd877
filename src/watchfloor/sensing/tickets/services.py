"""Open tickets and act on them: each act is an event, put where those of senders wait.

What comes of it is there when the drain has worked it, a moment later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from watchfloor.aiops.calendars import clock
from watchfloor.aiops.calendars.priority import Priority
from watchfloor.aiops.operation.events import Moment, TicketState
from watchfloor.domain.helpdesk.models import Ticket
from watchfloor.domain.org.models import Site
from watchfloor.noc.intake import services as intake
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict, Invalid
from watchfloor.platform.ids import uuid7
from watchfloor.sensing.tickets.states import MACHINE, Action, sort_of


@dataclass(frozen=True, slots=True)
class Told:
    """An act that waits to be worked: of which ticket, and in which state it will be."""

    event_id: str
    ticket: str
    state: str


@transaction.atomic
def open_ticket(
    site: Site, *, title: str, category: str, priority: Priority, by: Actor, now: datetime
) -> Told:
    """Tell of a new ticket under a code of our own."""
    event = TicketState(
        ts=Moment(now.timestamp()),
        ticket=f"WF-{uuid7().hex[-10:].upper()}",
        state=clock.NEW,
        site=site.code,
        category=category,
        priority=priority.value,
        title=title,
        created=Moment(now.timestamp()),
    )
    said = {"site": site.code, "title": title, "category": category, "priority": priority.value}
    audit.record(by, "ticket.opened", "ticket", event.ticket, at=now, after=said)
    return _tell(event, now)


@transaction.atomic
def act(
    ticket: Ticket,
    action: Action,
    *,
    assignee: str = "",
    seen: str = "",
    by: Actor,
    now: datetime,
) -> Told:
    """Tell of an act on a ticket.

    `seen`: the state in which the caller saw it. Raises: Conflict if it is in another by now, or
    in one that does not allow the act; Invalid for an assignment to nobody.
    """
    if seen and seen != ticket.state:
        raise Conflict("Somebody has acted on this ticket meanwhile: load it again.")
    if action is Action.ASSIGN and not assignee:
        raise Invalid("Say to whom.", fields={"assignee": "a code or a name"})
    state = MACHINE.step(sort_of(ticket.state), action).to
    before = {"state": ticket.state, "assignee": ticket.assignee}
    after = {"state": state.value, "assignee": assignee or ticket.assignee}
    audit.record(by, f"ticket.{action}", "ticket", ticket.pk, at=now, before=before, after=after)
    event = TicketState(
        ts=Moment(now.timestamp()),
        ticket=ticket.code,
        state=state.value,
        site=ticket.site.code if ticket.site else "",
        assignee=assignee,
    )
    return _tell(event, now)


def _tell(event: TicketState, now: datetime) -> Told:
    return Told(intake.tell("tickets", event, now), event.ticket, event.state)

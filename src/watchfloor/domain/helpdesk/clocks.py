"""From the changes of a ticket to its facts, as the rules know them, and to its row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

import msgspec

from watchfloor.aiops.calendars import clock, sla
from watchfloor.aiops.calendars.sla import Level, ServiceLevels
from watchfloor.aiops.operation import stored
from watchfloor.aiops.operation.directory import Directory, SiteRef
from watchfloor.aiops.operation.events import TicketState
from watchfloor.aiops.operation.facts.ticket import TicketFacts
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.types import Seconds
from watchfloor.domain.helpdesk import selectors
from watchfloor.domain.helpdesk.models import Ticket, TicketChange
from watchfloor.domain.org.models import Site
from watchfloor.platform.moments import moment

STREAM = "tickets"
_WORDS = ("title", "category", "assignee", "group")


def directory_of(sites: Iterable[Site], levels: ServiceLevels) -> Directory:
    """Return as much of a directory as clocks look at. Clients of the sites are at hand."""
    refs = {site.code: SiteRef(site.client.code if site.client else "") for site in sites}
    return Directory(Limits.of(()), refs, extras={sla.EXTRA: levels})


def change_of(ticket: Ticket, event: TicketState, *, at: Seconds, event_id: UUID) -> TicketChange:
    return TicketChange(
        id=event_id,
        ticket=ticket,
        at=moment(at),
        state=clock.state_of(event.state),
        said=msgspec.to_builtins(event, enc_hook=float),
    )


def event_of(change: TicketChange) -> TicketState:
    return cast("TicketState", stored.read(STREAM, msgspec.json.encode(change.said)))


def facts_of(ticket: Ticket, changes: Iterable[TicketChange], directory: Directory) -> TicketFacts:
    """Return what the rules know of the ticket. `changes` are in the order of their time."""
    facts = TicketFacts(code=ticket.code)
    for change in changes:
        facts = facts.after(event_of(change), change.at.timestamp(), directory)
    return msgspec.structs.replace(facts, site=ticket.site.code if ticket.site else "")


def derive(ticket: Ticket, changes: Sequence[TicketChange], directory: Directory) -> None:
    """Let the row of the ticket say what its changes come to."""
    ordered = sorted(changes, key=lambda change: (change.at, change.pk))
    facts = facts_of(ticket, ordered, directory)
    for event in map(event_of, ordered):
        for name in _WORDS:
            setattr(ticket, name, getattr(event, name) or getattr(ticket, name))
    ticket.priority = facts.urgency
    ticket.state = facts.steps[-1].state
    ticket.level = facts.level
    ticket.sla_minutes = facts.sla_minutes
    ticket.opened_at = moment(facts.steps[0].at)
    ticket.changed_at = moment(facts.steps[-1].at)
    ticket.ended_at = ticket.changed_at if facts.has_ended else None
    ticket.due_at = _maybe(facts.resolution_due(directory))


@dataclass(frozen=True, slots=True)
class TicketClock:
    """How a ticket stands at a moment, in seconds of its own hours."""

    target: float | None
    used: float
    hours: str
    time_zone: str
    held_since: datetime | None
    due_at: datetime | None
    response_due_at: datetime | None
    answered_at: datetime | None
    levels: Sequence[tuple[Level, datetime | None]]
    """Each with the moment at which it comes, None while the clock stands."""


def clock_of(ticket: Ticket, now: datetime) -> TicketClock:
    """Return the clock of a ticket by what is promised today."""
    directory = directory_of([ticket.site] if ticket.site else [], selectors.service_levels())
    changes = TicketChange.objects.filter(ticket=ticket).order_by("at", "id")
    facts = facts_of(ticket, changes, directory)
    calendar, last = facts.calendar(directory), facts.steps[-1]
    return TicketClock(
        target=facts.promise(directory).resolution,
        used=clock.used(facts.steps, now.timestamp(), calendar),
        hours=calendar.hours,
        time_zone=ticket.site.time_zone if ticket.site else "UTC",
        held_since=moment(last.at) if last.state == clock.ON_HOLD else None,
        due_at=_maybe(facts.resolution_due(directory)),
        response_due_at=_maybe(facts.response_due(directory)),
        answered_at=_maybe(clock.answered_at(facts.steps)),
        levels=[
            (one, _maybe(facts.reaches(one.after, directory))) for one in facts.ladder(directory)
        ],
    )


def _maybe(seconds: Seconds | None) -> datetime | None:
    return None if seconds is None else moment(seconds)


def by_ticket(changes: Iterable[TicketChange]) -> Mapping[UUID, list[TicketChange]]:
    found: dict[UUID, list[TicketChange]] = {}
    for change in changes:
        found.setdefault(change.ticket_id, []).append(change)
    return found

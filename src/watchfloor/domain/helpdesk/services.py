"""Record what is said of tickets, set by set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from watchfloor.aiops.operation.events import TicketState
from watchfloor.domain.helpdesk import clocks, selectors
from watchfloor.domain.helpdesk.models import Ticket, TicketChange
from watchfloor.domain.naming.happenings import Happening
from watchfloor.domain.org.models import Site

AT_ONCE = 1_000
_DERIVED = (
    "site", "title", "category", "priority", "state", "assignee", "group", "level", "sla_minutes",
    "opened_at", "changed_at", "due_at", "ended_at",
)  # fmt: skip


def record_tickets(happenings: Sequence[Happening], now: datetime) -> None:
    """Write the changes, and the tickets as all their changes leave them, late ones too."""
    told = [(one, one.event) for one in happenings if isinstance(one.event, TicketState)]
    tickets = _tickets({event.ticket for _, event in told})
    for one, event in told:
        tickets[event.ticket].site_id = one.site_id or tickets[event.ticket].site_id
    changes = [
        clocks.change_of(tickets[event.ticket], event, at=one.at, event_id=UUID(one.event_id))
        for one, event in told
    ]
    _derive(tickets.values(), changes)
    Ticket.objects.bulk_create(
        tickets.values(),
        update_conflicts=True,
        unique_fields=["tenant", "code"],
        update_fields=_DERIVED,
    )
    TicketChange.objects.bulk_create(changes, ignore_conflicts=True)


def renew() -> None:
    """Let open tickets be due by what is promised now. Asked when that changed."""
    tickets = list(Ticket.objects.filter(ended_at=None))
    _derive(tickets, [])
    Ticket.objects.bulk_update(tickets, ["due_at"], batch_size=AT_ONCE)


def _tickets(codes: set[str]) -> dict[str, Ticket]:
    """Return the tickets of these codes, new ones for those nobody has told of yet."""
    known = {row.code: row for row in Ticket.objects.filter(code__in=codes)}
    return {code: known.get(code) or Ticket(code=code) for code in codes}


def _derive(tickets: Iterable[Ticket], changes: Iterable[TicketChange]) -> None:
    """Let each ticket be what the changes that are known and these come to."""
    ids = [ticket.pk for ticket in tickets]
    known = TicketChange.objects.filter(ticket__in=ids)
    whole = {change.pk: change for change in (*known, *changes)}
    places = {ticket.site_id for ticket in tickets if ticket.site_id}
    sites = Site.objects.filter(pk__in=places).select_related("client").in_bulk()
    directory = clocks.directory_of(sites.values(), selectors.service_levels())
    of_each = clocks.by_ticket(whole.values())
    for ticket in tickets:
        ticket.site = sites.get(ticket.site_id) if ticket.site_id else None
        clocks.derive(ticket, of_each[ticket.pk], directory)

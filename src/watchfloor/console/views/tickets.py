"""A ticket with its clock, and the form that opens one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from watchfloor.aiops.calendars.priority import Priority
from watchfloor.aiops.privacy.names import HIDDEN
from watchfloor.console import reading, words
from watchfloor.console.tickets import acts_on, promised
from watchfloor.console.views.door import PageRequest, page
from watchfloor.domain.helpdesk.models import Ticket, TicketChange
from watchfloor.domain.helpdesk.registers import TICKETS
from watchfloor.domain.registers import selectors
from watchfloor.domain.registers.reading import RowReader
from watchfloor.platform.accounts.capabilities import ASSIGN_INCIDENTS, VIEW

NEWEST = 200


@require_safe
@page(VIEW)
def ticket(request: PageRequest, ticket_id: UUID) -> HttpResponse:
    viewer = request.viewer
    row: Ticket = selectors.one(TICKETS, viewer, ticket_id)
    is_hidden = RowReader.of(TICKETS, viewer).is_hidden(row, "assignee")
    changes = TicketChange.objects.filter(ticket=row).order_by("-at", "-id")
    context = {
        "ticket": row,
        "assignee": HIDDEN if is_hidden and row.assignee else row.assignee,
        "promised": promised(row, timezone.now()),
        "names": not is_hidden,
        "state": words.plain(row.state),
        "changes": [(change, words.plain(change.state)) for change in changes[:NEWEST]],
        "acts": acts_on(row, viewer),
    }
    return render(request, "console/tickets/ticket.html", context)


@require_safe
@page(ASSIGN_INCIDENTS)
def new_ticket(request: PageRequest) -> HttpResponse:
    sites = reading.sites(request.viewer.acting(ASSIGN_INCIDENTS))
    context = {"sites": sites, "priorities": [one.value for one in Priority], "usual": Priority.P3}
    return render(request, "console/tickets/new.html", context)

"""Tickets over HTTP: opened, acted on, and their clocks. They are listed as all records are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field, StringConstraints

from watchfloor.aiops.calendars.priority import Priority
from watchfloor.domain.helpdesk import clocks
from watchfloor.domain.helpdesk.clocks import TicketClock
from watchfloor.domain.helpdesk.models import Ticket
from watchfloor.domain.helpdesk.registers import TICKETS
from watchfloor.domain.registers import selectors as records
from watchfloor.domain.registers.declaration import SITE
from watchfloor.platform.accounts.api.request import viewer_of
from watchfloor.platform.accounts.capabilities import ACK_ALERTS, ASSIGN_INCIDENTS, VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.errors import Invalid
from watchfloor.sensing.tickets import services
from watchfloor.sensing.tickets.services import Told
from watchfloor.sensing.tickets.states import Action

router = Router(tags=["tickets"])
Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]


class TicketIn(Schema):
    site: Word = Field(description="code")
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
    category: Word = ""
    priority: Priority = Priority.P3


class TicketActIn(Schema):
    state: Word = Field("", description="in which you saw it; another one by now: 409")


class AssignmentIn(TicketActIn):
    assignee: Word = Field(min_length=1, description="code of a person, or a name")


class ToldOut(Schema):
    event_id: str
    ticket: str = Field(description="code")
    state: str = Field(description="in which it is once the act is worked, a moment later")


class LevelOut(Schema):
    level: int
    after_minutes: float
    at: datetime | None = Field(description="when it comes; none while the clock stands")
    person: str | None = None
    group: str


class TicketClockOut(Schema):
    target_minutes: float | None
    used_minutes: float
    hours: str = Field(description="that count, by the clocks of the site; empty: all")
    time_zone: str
    held_since: datetime | None
    due_at: datetime | None
    response_due_at: datetime | None
    answered_at: datetime | None
    levels: list[LevelOut]


_SUMMARIES: Mapping[Action, str] = {
    Action.START: "Say that the work has begun",
    Action.HOLD: "Put it on hold: its clock stands",
    Action.RESOLVE: "Say that it is done",
    Action.CLOSE: "Close it",
    Action.REOPEN: "Take it up again: its clock goes on where it stopped",
}
NOTHING_SAID = TicketActIn(state="")


@router.post("/tickets/open", auth=needs(ASSIGN_INCIDENTS), response={202: ToldOut})
def open_ticket(request: HttpRequest, body: TicketIn) -> Status[Told]:
    viewer = viewer_of(request)
    site = records.targets(SITE, [body.site], viewer.scope).get(body.site)
    if site is None:
        raise Invalid("There is no such site.", fields={"site": "send the code of a site"})
    said = body.model_dump(exclude={"site"})
    told = services.open_ticket(site, **said, by=viewer.actor, now=timezone.now())
    return Status(202, told)


@router.post("/tickets/{ticket_id}/assign", auth=needs(ASSIGN_INCIDENTS), response={202: ToldOut})
def assign_ticket(request: HttpRequest, ticket_id: UUID, body: AssignmentIn) -> Status[Told]:
    return _act(request, ticket_id, Action.ASSIGN, body.state, body.assignee)


def _acting(action: Action) -> Callable[..., Status[Told]]:
    def act_on_ticket(
        request: HttpRequest, ticket_id: UUID, body: TicketActIn = NOTHING_SAID
    ) -> Status[Told]:
        return _act(request, ticket_id, action, body.state)

    return act_on_ticket


for _action, _summary in _SUMMARIES.items():
    router.post(
        f"/tickets/{{ticket_id}}/{_action}",
        auth=needs(ACK_ALERTS),
        response={202: ToldOut},
        operation_id=f"{_action}_ticket",
        summary=_summary,
    )(_acting(_action))


@router.get("/tickets/{ticket_id}/clock", auth=needs(VIEW), response=TicketClockOut)
def show_clock(request: HttpRequest, ticket_id: UUID) -> dict[str, object]:
    viewer = viewer_of(request)
    ticket: Ticket = records.one(TICKETS, viewer, ticket_id)
    within = viewer.names_within.covers(*records.place_of(TICKETS, ticket))
    return _clock(clocks.clock_of(ticket, timezone.now()), names=within)


def _act(
    request: HttpRequest, ticket_id: UUID, action: Action, seen: str, assignee: str = ""
) -> Status[Told]:
    viewer = viewer_of(request)
    ticket: Ticket = records.one(TICKETS, viewer, ticket_id)
    said = {"seen": seen, "assignee": assignee}
    return Status(202, services.act(ticket, action, **said, by=viewer.actor, now=timezone.now()))


def _clock(clock: TicketClock, *, names: bool) -> dict[str, object]:
    levels = [
        {
            "level": one.level,
            "after_minutes": one.after / 60,
            "at": at,
            "person": one.person if names else None,
            "group": one.group,
        }
        for one, at in clock.levels
    ]
    same = ("hours", "time_zone", "held_since", "due_at", "response_due_at", "answered_at")
    return {
        "target_minutes": None if clock.target is None else clock.target / 60,
        "used_minutes": clock.used / 60,
        "levels": levels,
        **{name: getattr(clock, name) for name in same},
    }

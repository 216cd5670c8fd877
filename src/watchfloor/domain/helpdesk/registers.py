"""The registers of the helpdesk, and its records."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from watchfloor.aiops.calendars.hours import checked
from watchfloor.aiops.calendars.priority import Priority
from watchfloor.domain.helpdesk.models import (
    BusinessCalendar,
    EscalationLevel,
    Holiday,
    SlaPolicy,
    Ticket,
    TicketChange,
)
from watchfloor.domain.people.models import Person
from watchfloor.domain.registers.declaration import (
    AT_SITE,
    CLIENT,
    SITE,
    Records,
    Reference,
    Register,
)
from watchfloor.domain.registers.specs import Code, CodedSpec, Codes, Name, RowSpec
from watchfloor.domain.registers.specs import Reference as OtherCode

A_YEAR = 366 * 24 * 60
Minutes = Annotated[int, Field(ge=1, le=A_YEAR)]


class CalendarSpec(CodedSpec):
    hours: Annotated[
        str,
        Field(max_length=200, description="as Mon-Fri 08:00-18:00; Sat 09:00-12:00; empty: always"),
        AfterValidator(checked),
    ] = ""
    client: OtherCode = None
    sites: Codes = []


class HolidaySpec(RowSpec):
    calendar: Code
    day: date
    name: Name = ""


class SlaPolicySpec(RowSpec):
    priority: Priority
    client: Annotated[OtherCode, Field(description="empty: all clients")] = None
    response_minutes: Minutes
    resolution_minutes: Minutes
    business_hours: Annotated[bool, Field(description="only these count; else every hour")] = False
    escalates_at: Annotated[int, Field(ge=1, le=100, description="percent of the time")] = 75


class EscalationLevelSpec(RowSpec):
    priority: Priority
    level: Annotated[int, Field(ge=1, le=9)]
    client: Annotated[OtherCode, Field(description="empty: all clients")] = None
    after_minutes: Minutes
    person: OtherCode = None
    group: Name = ""


CALENDARS = Register(
    noun="calendars",
    title="Business calendars",
    about="Hours of the week that count towards what was promised, by the clocks of each site.",
    kind="calendar",
    model=BusinessCalendar,
    spec=CalendarSpec,
    references={"client": CLIENT, "sites": SITE},
    holds_for=("client", "sites"),
    columns=("code", "name", "hours", "client", "sites"),
    filters=("client",),
)
HOLIDAYS = Register(
    noun="holidays",
    title="Holidays",
    about="Days of a business calendar that do not count.",
    kind="holiday",
    model=Holiday,
    spec=HolidaySpec,
    references={"calendar": CALENDARS},
    holds_for=("calendar",),
    key=("calendar", "day"),
    columns=("calendar", "day", "name"),
    search=("name", "calendar"),
    filters=("calendar",),
    order=("day", "id"),
)
SLA_POLICIES = Register(
    noun="sla-policies",
    title="SLA policies",
    about="How soon tickets are to be taken up and done, by priority, for a client or for all.",
    kind="SLA policy",
    model=SlaPolicy,
    spec=SlaPolicySpec,
    references={"client": CLIENT},
    holds_for=("client",),
    key=("priority", "client"),
    columns=(
        "priority", "client", "response_minutes", "resolution_minutes", "business_hours",
        "escalates_at",
    ),
    search=("client",),
    filters=("priority", "client"),
    order=("priority", "id"),
)  # fmt: skip
ESCALATION_LEVELS = Register(
    noun="escalation-levels",
    title="Escalation levels",
    about="Whom to tell when a ticket has used so much of its time and is not done.",
    kind="escalation level",
    model=EscalationLevel,
    spec=EscalationLevelSpec,
    references={"client": CLIENT, "person": Reference(Person, "person")},
    holds_for=("client",),
    key=("priority", "level", "client"),
    columns=("priority", "level", "client", "after_minutes", "person", "group"),
    search=("client", "group"),
    filters=("priority", "client"),
    persons=frozenset({"person"}),
    order=("priority", "level", "id"),
)
TICKETS = Records(
    noun="tickets",
    title="Tickets",
    about="What people asked for, in which state it is, and when its time is over.",
    kind="ticket",
    model=Ticket,
    scope=AT_SITE,
    columns=("code", "title", "site", "priority", "state", "assignee", "opened_at", "due_at"),
    more=("category", "group", "level", "sla_minutes", "changed_at", "ended_at"),
    search=("code", "title", "category", "assignee", "group"),
    filters=("site", "priority", "state", "category", "assignee", "group"),
    persons=frozenset({"assignee"}),
    at="opened_at",
    order=("-opened_at", "-id"),
)
TICKET_CHANGES = Records(
    noun="ticket-changes",
    title="Changes of tickets",
    about="What was said of which ticket when.",
    kind="change of a ticket",
    model=TicketChange,
    scope=("ticket__site__client_id", "ticket__site_id"),
    columns=("at", "ticket", "state"),
    filters=("ticket", "state"),
)
ALL = (CALENDARS, HOLIDAYS, SLA_POLICIES, ESCALATION_LEVELS, TICKETS, TICKET_CHANGES)

"""The helpdesk: tickets come in, wait for somebody, and now and then take too long."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from random import Random
from typing import Any

from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.agenda import Process
from watchfloor.demo.company.alarms import Alarms, Sign
from watchfloor.demo.company.chance import about, arrivals
from watchfloor.demo.company.company import Company
from watchfloor.demo.company.seasons import DAY, HOUR, MINUTE, is_business
from watchfloor.demo.company.truth import Incident

TICKETS_PER_SITE = 0.9
ASKED = {
    "access card": ("A card opens nothing", "A visitor has no card"),
    "lighting": ("A lamp is out", "The yard stays dark"),
    "lift": ("The lift stands still", "The lift door does not close"),
    "heating": ("It is cold", "A radiator drips"),
    "cleaning": ("Bins were not emptied", "Something was spilt"),
    "parking": ("A car blocks the way", "The barrier stays down"),
    "locks": ("A lock sticks", "A key broke off"),
}
"""By category: what people call about."""
CATEGORIES = tuple(ASKED)
PRIORITIES, WEIGHTS = (1, 2, 3, 4), (3, 15, 50, 32)
SLA_MINUTES = {1: 60, 2: 240, 3: 1440, 4: 4320}
WORK_MINUTES = {1: 18, 2: 40, 3: 60, 4: 50}
SITES_PER_AGENT = 12
NIGHT_SHARE = 0.5
"""Share of agents who are there outside business hours."""
HELD, PASSED_ON = 0.08, 0.12
SICK_PER_DAY = 0.05
NEVER: Seconds = 60 * DAY
LATE = Sign("helpdesk", "SLA_BREACH", "HIGH", ("ticket at {what} is past its target",))


@dataclass(slots=True, eq=False)
class Ticket:
    """`held`: seconds in which its clock stood still; `held_until`: the end of the last of them."""

    code: str
    site: str
    category: str
    priority: int
    created: Seconds
    held: Seconds = 0.0
    held_until: Seconds = 0.0
    reassigned: int = 0
    is_done: bool = False
    incident: Incident | None = None

    @property
    def title(self) -> str:
        wordings = ASKED[self.category]
        return wordings[int(self.created) % len(wordings)]

    @property
    def deadline(self) -> Seconds:
        return self.created + self.held + SLA_MINUTES[self.priority] * MINUTE


class Helpdesk:
    def __init__(self, company: Company, alarms: Alarms) -> None:
        self._company = company
        self._alarms = alarms
        self._rng = company.rng("helpdesk")
        self._waiting: list[tuple[int, Seconds, str, Ticket]] = []
        self._made = 0
        self._sick_until: Seconds = 0.0

    def begin(self) -> None:
        company, sites = self._company, len(self._company.world.sites)
        come = arrivals(
            company, self._rng, TICKETS_PER_SITE * sites, self._comes, _by_day, is_trouble=False
        )
        company.start(come)
        company.start(arrivals(company, self._rng, SICK_PER_DAY, self._falls_sick))
        agents = max(1, round(sites / SITES_PER_AGENT))
        for number in range(agents):
            company.start(self._agent(number, agents, company.rng(f"agent:{number}")))

    def opens(self, site: str, category: str, priority: int) -> Ticket:
        self._made += 1
        code = self._company.code("TK", self._made)
        ticket = Ticket(code, site, category, priority, self._company.now)
        self._tell(ticket, "NEW")
        heappush(self._waiting, (priority, ticket.created, ticket.code, ticket))
        self._company.start(self._watch(ticket))
        return ticket

    def _comes(self) -> None:
        rng = self._rng
        site = rng.choice(self._company.world.sites).code
        [priority] = rng.choices(PRIORITIES, WEIGHTS)
        self.opens(site, rng.choice(CATEGORIES), priority)

    def _agent(self, number: int, agents: int, rng: Random) -> Process:
        """Take the most urgent ticket, work on it, take the next."""
        while True:
            if not self._waiting or not self._is_there(number, agents):
                yield 5 * MINUTE
                continue
            ticket = heappop(self._waiting)[-1]
            work = self._work(ticket, rng)
            while not ticket.is_done and (wait := next(work, None)) is not None:
                yield wait

    def _is_there(self, number: int, agents: int) -> bool:
        now = self._company.now
        there = agents if is_business(now) else max(1, round(agents * NIGHT_SHARE))
        return number < there - (now < self._sick_until)

    def _work(self, ticket: Ticket, rng: Random) -> Process:
        if rng.random() < PASSED_ON:
            self._tell(ticket, "ASSIGNED")
            ticket.reassigned += 1
            yield about(rng, 25)
        self._tell(ticket, "IN_PROGRESS", queue=len(self._waiting))
        yield about(rng, WORK_MINUTES[ticket.priority] / 2, 0.7)
        if rng.random() < HELD:
            self._company.start(self._hold(ticket, about(rng, 300, 0.8), rng))
            return
        yield about(rng, WORK_MINUTES[ticket.priority] / 2, 0.7)
        self._resolve(ticket)

    def _hold(self, ticket: Ticket, lasts: Seconds, rng: Random) -> Process:
        """Wait for a vendor; the clock of the ticket stands still meanwhile."""
        now = self._company.now
        if now < ticket.deadline:
            ticket.held, ticket.held_until = ticket.held + lasts, now + lasts
        self._tell(ticket, "ON_HOLD")
        yield lasts
        if ticket.is_done:
            return
        self._tell(ticket, "IN_PROGRESS")
        yield about(rng, WORK_MINUTES[ticket.priority] / 2, 0.7)
        self._resolve(ticket)

    def _resolve(self, ticket: Ticket) -> None:
        if ticket.is_done:
            return
        ticket.is_done = True
        if ticket.incident is not None:
            ticket.incident.ends_at = min(ticket.incident.ends_at, self._company.now)
        self._tell(ticket, "RESOLVED")
        self._company.start(self._close(ticket), about(self._rng, 24 * 60, 0.3))

    def _close(self, ticket: Ticket) -> Process:
        self._tell(ticket, "CLOSED")
        yield from ()

    def _watch(self, ticket: Ticket) -> Process:
        """Wait for the ticket's deadline, which holds move; a ticket still open then is late."""
        company = self._company
        while not ticket.is_done:
            wait = max(ticket.deadline - company.now, ticket.held_until - company.now)
            if wait <= 0:
                yield from self._breach(ticket)
                return
            yield wait

    def _breach(self, ticket: Ticket) -> Process:
        company = self._company
        incident = company.opens("SLA_BREACH", [ticket.site], NEVER, root=ticket.code)
        incident.predictable, ticket.incident = True, incident
        company.truth.breaches.append({
            "ticket": ticket.code, "ts": company.now, "site": ticket.site,
            "priority": ticket.priority, "created": ticket.created, "incident": incident.id,
        })  # fmt: skip
        alarm = self._alarms.fires(LATE, ticket.site, incident, ticket=ticket.code)
        yield from company.until_over(incident)
        self._alarms.ends(alarm, "resolved")
        self._resolve(ticket)

    def _falls_sick(self) -> None:
        self._sick_until = self._company.now + 9 * HOUR

    def _tell(self, ticket: Ticket, state: str, **other: Any) -> None:
        now = self._company.now
        self._company.tell("tickets", {
            "ts": now, "ticket": ticket.code, "state": state, "site": ticket.site,
            "category": ticket.category, "priority": ticket.priority, "title": ticket.title,
            "sla_minutes": SLA_MINUTES[ticket.priority], "created": ticket.created,
            "reassign": ticket.reassigned, **other,
        })  # fmt: skip


def _by_day(at: Seconds) -> float:
    return 2.6 if is_business(at) else 0.4

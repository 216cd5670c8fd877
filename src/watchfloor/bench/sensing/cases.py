"""What really was in a company that is watched, and whether an alert is about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from watchfloor.aiops.operation.engine import Timed, Transition
from watchfloor.aiops.operation.events import Fix, TicketState
from watchfloor.aiops.types import Seconds
from watchfloor.demo.company.seasons import HOUR, MINUTE
from watchfloor.demo.company.spans import Span
from watchfloor.demo.company.truth import Truth

EARLY, LATE = 10 * MINUTE, HOUR
DEEP: Seconds = 150 * MINUTE
"""Who sleeps for less need not be told of."""
ESCALATED = 0.75
"""Share of its time after which the next level is to know of a ticket."""
LEFT_OPEN: Seconds = 80 * MINUTE
"""What is armed sooner was closed late."""


@dataclass(frozen=True, slots=True)
class Case:
    code: str
    names: frozenset[str]
    since: Seconds
    until: Seconds
    is_due: bool = True
    """Whether it must be told."""

    def has(self, alert: Transition) -> bool:
        standing = alert.standing
        about = {alert.subject, standing.entity_id, standing.person}
        return bool(self.names & about) and self.since - EARLY <= alert.at <= self.until + LATE


def case(code: str, since: Seconds, until: Seconds, *names: str) -> Case:
    return Case(code, frozenset(filter(None, names)), since, until)


def of_work(truth: Truth) -> Iterator[Case]:
    """What people did and left undone."""
    for gap in truth.gaps:
        yield case("ATTENDANCE_MISSING", gap["start"], gap["end"], gap["shift"])
    for row in truth.breaches:
        yield case("SLA_BREACH", row["ts"], row["ts"], row["ticket"])
    for row in truth.overdue:
        yield case("WORK_ORDER_OVERDUE", row["ts"], row["ts"], row["work_order"])
    for row in truth.tours:
        yield case(row["kind"], row["ts"], row["ts"], row["tour"])
    for row in truth.arming:
        known = case(row["kind"], row["ts"], row["ts"] + 3 * HOUR, row["site"])
        is_long = row["end"] - row["ts"] > LEFT_OPEN
        yield replace(known, is_due=is_long or row["kind"] != "NOT_ARMED")
    for row in truth.frauds:
        yield case(row["kind"], row["ts"], row["end"], row["person"], row["by"] or "")
    yield from _of_the_watch(truth)


def of_break_ins(truth: Truth, armed: Mapping[str, list[Span]]) -> Iterator[Case]:
    """A sensor in an area that is not armed says nothing of them, and need not."""
    for one in truth.incidents:
        if one.kind == "INTRUSION":
            known = case("SECURITY_ANOMALY", one.start, one.ends_at, one.site)
            yield replace(known, is_due=any(span.covers(one.start) for span in armed[one.site]))


def of_devices(truth: Truth, period: Seconds) -> Iterator[Case]:
    """What kept back two beats at least must be told, and a phone that said twice it lags."""
    for failure in truth.failures:
        end = failure.end or failure.incident.ends_at
        known = case("DEVICE_OFFLINE", failure.start, end, failure.device)
        yield replace(known, is_due=end - failure.start > 2 * period)
    for row in truth.lagging:
        known = case("SYNC_DEGRADED", row["start"], row["end"], row["device"])
        yield replace(known, is_due=row["end"] - row["start"] > 2 * period)


def of_slow_tickets(events: Iterable[Timed]) -> Iterator[Case]:
    """Tickets that are not done when three quarters of their time have run, but for holds."""
    rows: defaultdict[str, list[TicketState]] = defaultdict(list)
    for _, event in events:
        if isinstance(event, TicketState):
            rows[event.ticket].append(event)
    for ticket, states in rows.items():
        left = (states[0].sla_minutes or 0.0) * MINUTE * ESCALATED
        for state, following in pairwise(states):
            runs = 0.0 if state.state == "ON_HOLD" else following.ts - state.ts
            if state.state != "RESOLVED" and runs >= left:
                yield case("TICKET_ESCALATED", state.ts + left, state.ts + left, ticket)
                break
            left -= runs


def of_dead_phones(truth: Truth, events: Iterable[Timed]) -> Iterator[Case]:
    """Who bore a phone that failed cannot be heard: told of rightly, but nobody must."""
    fixes: defaultdict[str, list[tuple[Seconds, str]]] = defaultdict(list)
    for at, event in events:
        if isinstance(event, Fix):
            fixes[event.device].append((at, event.person))
    for failure in truth.failures:
        before = [person for at, person in fixes[failure.device] if at <= failure.start]
        if before:
            end = failure.end or failure.incident.ends_at
            known = case("GUARD_INACTIVITY", failure.start, end, before[-1])
            yield replace(known, is_due=False)


def _of_the_watch(truth: Truth) -> Iterator[Case]:
    for row in truth.strolls:
        yield case("GEOFENCE_BREACH", row["start"], row["end"], row["person"])
    for one in truth.incidents:
        if one.kind == "ASLEEP":
            slept = case("GUARD_INACTIVITY", one.start, one.ends_at, one.person or "")
            yield replace(slept, is_due=one.ends_at - one.start > DEEP)

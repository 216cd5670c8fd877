"""Tickets and work orders on the rules: told at the second at which their time is over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from watchfloor.aiops.calendars import sla
from watchfloor.aiops.calendars.business import Calendar
from watchfloor.aiops.calendars.priority import Priority
from watchfloor.aiops.calendars.sla import HOUR, MINUTE, Level, Policy, ServiceLevels
from watchfloor.aiops.operation.directory import Directory, SiteRef
from watchfloor.aiops.operation.engine import Engine, Timed
from watchfloor.aiops.operation.events import Moment, TicketState, WorkOrderState
from watchfloor.aiops.operation.facts.served import KEPT
from watchfloor.aiops.operation.facts.ticket import TicketFacts
from watchfloor.aiops.operation.facts.work_order import WorkOrderFacts
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.operation.rules.catalogue import RULES
from watchfloor.aiops.operation.stored import pack, unpack
from watchfloor.aiops.types import Severity

ENGINE = Engine(RULES)
START = 1_774_645_200.0
"""Friday 27 March 2026, 21:00 in London: the clocks change on Sunday."""
OFFICE = Calendar("Mon-Fri 09:00-18:00", "Europe/London")
LEVELS = ServiceLevels(
    {
        ("", Priority.P2): Policy(30 * MINUTE, 4 * HOUR),
        ("acme", Priority.P2): Policy(2 * HOUR, 9 * HOUR, in_hours=True),
    },
    {("", Priority.P2): (Level(2, 6 * HOUR, group="managers"),)},
    {"gate": OFFICE},
)
DIRECTORY = Directory(Limits.of([]), {"gate": SiteRef(client="acme")}, extras={sla.EXTRA: LEVELS})


def ticket(hours: float, state: str, **fields: Any) -> Timed:
    at = Moment(START + hours * HOUR)
    return Timed(at, TicketState(ts=at, ticket="T1", state=state, **fields))


def work_order(hours: float, state: str, **fields: Any) -> Timed:
    at = Moment(START + hours * HOUR)
    return Timed(at, WorkOrderState(ts=at, work_order="W1", state=state, **fields))


def told(*events: Timed, until: float = 200) -> list[tuple[float, str, str]]:
    """Hours after the start, `+` for what begins or `-`, with its type, and its key."""
    kind = TicketFacts(code="T1") if isinstance(events[0].event, TicketState) else None
    facts = kind or WorkOrderFacts(code="W1")
    advanced = ENGINE.advance(facts, events, START + until * HOUR, DIRECTORY)
    return [
        ((one.at - START) / HOUR, "-+"[one.is_firing] + one.code, one.standing.key)
        for one in advanced.transitions
    ]


def breaches(*events: Timed, until: float = 200) -> list[tuple[float, str, str]]:
    return [one for one in told(*events, until=until) if one[1].endswith("SLA_BREACH")]


def test_a_senders_target_is_told_to_the_second_and_resolved_by_its_end() -> None:
    assert told(
        ticket(0, "NEW", priority=2, sla_minutes=240),
        ticket(1, "WAITING_VENDOR"),
        ticket(7, "RESOLVED"),
    ) == [
        (3, "+TICKET_ESCALATED", "1"),
        (4, "+SLA_BREACH", ""),
        (6, "+TICKET_ESCALATED", "2"),
        (7, "-TICKET_ESCALATED", "1"),
        (7, "-TICKET_ESCALATED", "2"),
        (7, "-SLA_BREACH", ""),
    ]


def test_on_hold_the_clock_stands_and_goes_on_when_it_is_taken_up_again() -> None:
    held = [ticket(0, "NEW", priority="high", sla_minutes=240), ticket(1, "On Hold")]
    assert told(*held) == []
    assert breaches(*held, ticket(100, "IN_PROGRESS")) == [(103, "+SLA_BREACH", "")]


def test_a_ticket_that_is_opened_again_goes_on_where_it_stopped() -> None:
    ended = [ticket(0, "NEW", sla_minutes=240), ticket(1, "RESOLVED")]
    assert breaches(*ended, ticket(50, "OPEN")) == [(53, "+SLA_BREACH", "")]


def test_a_target_that_is_set_anew_resolves_the_breach_or_brings_it_at_once() -> None:
    longer = [ticket(0, "NEW", sla_minutes=60), ticket(2, "OPEN", sla_minutes=600)]
    assert breaches(*longer, until=9) == [(1, "+SLA_BREACH", ""), (2, "-SLA_BREACH", "")]
    shorter = [ticket(0, "NEW", sla_minutes=600), ticket(3, "OPEN", sla_minutes=60)]
    assert breaches(*shorter, until=9) == [(3, "+SLA_BREACH", "")]


def test_what_nobody_takes_up_is_told_until_somebody_does() -> None:
    assert breaches(ticket(0, "NEW", priority="P2"), ticket(2, "ASSIGNED"), until=3) == [
        (0.5, "+SLA_BREACH", "response"),
        (2, "-SLA_BREACH", "response"),
    ]


def test_business_hours_of_the_site_count_over_the_weekend_of_summer_time() -> None:
    """Nine of them end on Monday at 18:00, which is an hour earlier in UTC than it was."""
    assert breaches(ticket(0, "OPEN", site="gate", priority="P2")) == [(68, "+SLA_BREACH", "")]


def test_a_priority_that_rises_sets_the_target_anew_and_is_told() -> None:
    raised = [ticket(0, "OPEN", priority="LOW"), ticket(1, "OPEN", priority="CRITICAL")]
    assert told(*raised, until=10) == [
        (1, "+TICKET_ESCALATED", "priority"),
        (3, "+TICKET_ESCALATED", "1"),
        (4, "+SLA_BREACH", ""),
    ]


def test_a_level_that_the_sender_names_is_told_at_once() -> None:
    said = [ticket(0, "OPEN", sla_minutes=240, level=2), ticket(1, "CLOSED")]
    assert told(*said) == [(0, "+TICKET_ESCALATED", "2"), (1, "-TICKET_ESCALATED", "2")]


def test_a_critical_ticket_is_critical() -> None:
    events = [ticket(0, "OPEN", priority=1, sla_minutes=60)]
    advanced = ENGINE.advance(TicketFacts(code="T1"), events, START + 2 * HOUR, DIRECTORY)
    [worst] = [one.standing for one in advanced.transitions if one.code == "SLA_BREACH"]
    assert worst.severity is Severity.CRITICAL
    assert worst.message == "P1 ticket T1 was promised by 22:00 UTC and is not done"


def test_a_work_order_is_overdue_from_its_date_until_it_is_done_or_put_off() -> None:
    due, later = Moment(START + 5 * HOUR), Moment(START + 8 * HOUR)
    assert told(work_order(0, "ASSIGNED", due=due), work_order(6, "COMPLETED")) == [
        (5, "+WORK_ORDER_OVERDUE", ""),
        (6, "-WORK_ORDER_OVERDUE", ""),
    ]
    usual, urgent = (
        ENGINE.advance(
            WorkOrderFacts(code="W1"),
            [work_order(0, "ASSIGNED", due=due, priority=priority)],
            START + 6 * HOUR,
            DIRECTORY,
        ).transitions
        for priority in ("P2", "P1")
    )
    severities = [
        one.standing.severity for one in (*usual, *urgent) if one.code == "WORK_ORDER_OVERDUE"
    ]
    assert severities == [Severity.MEDIUM, Severity.HIGH]
    put_off = [work_order(0, "ASSIGNED", due=due), work_order(6, "ON_HOLD", due=later)]
    assert told(*put_off, until=9) == [
        (5, "+WORK_ORDER_OVERDUE", ""),
        (6, "-WORK_ORDER_OVERDUE", ""),
        (8, "+WORK_ORDER_OVERDUE", ""),
    ]


def test_a_work_order_whose_priority_is_known_has_a_promise_too() -> None:
    assert told(work_order(0, "ASSIGNED", priority="P2"), until=9) == [(4, "+SLA_BREACH", "")]
    assert told(work_order(0, "ASSIGNED"), until=900) == []


def test_a_date_within_the_promise_is_no_promise_and_moves_none_when_it_is_put_off() -> None:
    soon, later = Moment(START + 2 * HOUR), Moment(START + 90 * HOUR)
    assert told(
        work_order(0, "NEW", priority="P2", due=soon),
        work_order(1, "ASSIGNED"),
        work_order(3, "IN_PROGRESS", due=later),
        work_order(6, "COMPLETED"),
    ) == [
        (0.5, "+SLA_BREACH", "response"),
        (1, "-SLA_BREACH", "response"),
        (2, "+WORK_ORDER_OVERDUE", ""),
        (3, "-WORK_ORDER_OVERDUE", ""),
        (4, "+SLA_BREACH", ""),
        (6, "-SLA_BREACH", ""),
    ]


def test_work_planned_from_the_beginning_beyond_the_promise_is_held_to_its_date() -> None:
    date = Moment(START + 90 * HOUR)
    planned = [work_order(0, "NEW", priority="P2", due=date), work_order(80, "ASSIGNED")]
    assert told(*planned) == [(90, "+WORK_ORDER_OVERDUE", "")]
    afterwards = [work_order(0, "ASSIGNED", priority="P2"), work_order(1, "ASSIGNED", due=date)]
    assert told(*afterwards, until=9) == [(4, "+SLA_BREACH", "")]


def test_what_ended_is_forgotten_in_the_end() -> None:
    facts = TicketFacts(code="T1")
    ended = ENGINE.advance(facts, [ticket(0, "NEW"), ticket(1, "CLOSED")], START, DIRECTORY)
    assert ended.facts is not None
    assert ended.due_at == START + HOUR + KEPT
    assert ENGINE.advance(ended.facts, [], ended.due_at, DIRECTORY, ended.due_at).facts is None


EVENTS = st.lists(
    st.builds(
        ticket,
        st.integers(0, 40),
        st.sampled_from(["NEW", "OPEN", "ON_HOLD", "RESOLVED"]),
        site=st.sampled_from(["", "gate"]),
        priority=st.sampled_from([None, 1, "P2", "low"]),
        sla_minutes=st.sampled_from([None, 120]),
    ),
    min_size=1,
    max_size=6,
)


@given(EVENTS, st.integers(0, 6))
def test_it_does_not_matter_how_the_stream_is_cut(events: list[Timed], cut: int) -> None:
    """Late steps too, which come in the order of the list; facts are stored in between."""
    whole = ENGINE.advance(TicketFacts(code="T1"), events, START + 99 * HOUR, DIRECTORY)
    first = ENGINE.advance(TicketFacts(code="T1"), events[:cut], START, DIRECTORY)
    facts = unpack(TicketFacts, pack(first.facts)) if first.facts else TicketFacts(code="T1")
    rest = ENGINE.advance(facts, events[cut:], START + 99 * HOUR, DIRECTORY, first.due_at)
    assert [*first.transitions, *rest.transitions] == whole.transitions


def test_where_nobody_promised_anything_the_usual_holds() -> None:
    usual = replace(DIRECTORY, extras={})
    advanced = ENGINE.advance(
        TicketFacts(code="T1"), [ticket(0, "OPEN", priority=4)], START + 99 * HOUR, usual
    )
    assert [(one.at - START) / HOUR for one in advanced.transitions] == [54, 72]

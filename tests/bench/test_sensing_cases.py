"""What is put among a company's events, and the truth that is told again from them."""

from __future__ import annotations

from random import Random

from watchfloor.aiops.operation.engine import Timed
from watchfloor.aiops.operation.events import Event, Moment, Reading, TicketState
from watchfloor.bench.sensing import staging
from watchfloor.bench.sensing.cases import of_slow_tickets
from watchfloor.demo.company.seasons import DAY, HOUR
from watchfloor.demo.world import make_world


def ticket(hour: float, state: str) -> TicketState:
    return TicketState(ts=Moment(hour * HOUR), ticket="TK1", state=state, sla_minutes=240)


def timed(*events: Event) -> list[Timed]:
    return [Timed(float(event.ts), event) for event in events]


def test_a_ticket_is_slow_when_three_quarters_of_its_time_have_run_without_its_holds() -> None:
    slow = timed(ticket(0, "NEW"), ticket(2, "ON_HOLD"), ticket(9, "OPEN"), ticket(11, "RESOLVED"))
    quick = timed(ticket(0, "NEW"), ticket(2.9, "RESOLVED"), ticket(40, "CLOSED"))

    [case] = of_slow_tickets(slow)
    assert (case.since, case.names) == (10 * HOUR, {"TK1"})
    assert list(of_slow_tickets(quick)) == []


def test_what_is_changed_taken_out_and_added_is_heard_in_its_order() -> None:
    first, second = ticket(0, "NEW"), ticket(2, "OPEN")
    stage = staging.Stage(make_world(sites=1), timed(first, second), Random(1))  # noqa: S311
    stage.add(first, ts=Moment(HOUR), state="ASSIGNED")
    stage.change(second, ts=Moment(DAY))
    stage.take_out([first])

    heard = [event for _, event in stage.heard()]
    assert [(event.ts, getattr(event, "state", "")) for event in heard] == [
        (HOUR, "ASSIGNED"), (DAY, "OPEN"),
    ]  # fmt: skip


def test_each_kind_of_call_for_help_is_put_in_and_reset() -> None:
    stage = staging.Stage(make_world(sites=2), timed(ticket(0, "NEW")), Random(1))  # noqa: S311
    cases = list(staging.put_calls(stage))
    said = [event for _, event in stage.heard() if isinstance(event, Reading)]

    assert {case.code for case in cases} == {
        "DURESS",
        "FIRE",
        "MAN_DOWN",
        "MEDICAL",
        "OWN_LIFE_SAFETY",
        "PANIC",
        "SOS",
    }
    assert sorted(one.state for one in said) == ["ACTIVE"] * len(cases) + ["CLEAR"] * len(cases)

"""Who works too long, and what breaks are to those who watch over people."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pure.operation.people import DIRECTORY, HOUR, START, hear, punch, timed, told, used
from watchfloor.aiops.operation.engine import Engine
from watchfloor.aiops.operation.events import Punch
from watchfloor.aiops.operation.facts.person import DAY, PersonFacts
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.operation.rules.catalogue import LIMITS
from watchfloor.aiops.operation.rules.overtime_violation import (
    IN_DAY,
    OvertimeViolation,
    worked_at,
)


def spells(*hours: float) -> list[Punch]:
    """Return punches in and out at these hours, by turns."""
    kinds = ("check_in", "check_out")
    return [punch(hour * 60, kinds[number % 2]) for number, hour in enumerate(hours)]


def overtime(*punches: Punch, limit: float | None = 16.0) -> list[tuple[float, str]]:
    """Return hours and words of what is told by the 40th hour."""
    own = {} if limit is None else {IN_DAY.name: limit}
    directory = replace(DIRECTORY, limits=Limits.of(LIMITS.values(), tenant=own))
    until = START + 40 * HOUR
    facts = PersonFacts(code="ben")
    found = Engine([OvertimeViolation()]).advance(facts, timed(punches), until, directory)
    return [((one.at - START) / HOUR, one.standing.message) for one in found.transitions]


IN_A_DAY = "ben at alpha has worked 16 of the last 24 hours"


@pytest.mark.parametrize(
    ("hours", "begins", "ends"),
    [
        ((0, 8, 10, 20), 18, 20),
        ((0, 8, 12, 21), 20, 21),
        ((0, 8, 12, 19.9), None, None),
        ((0, 8, 16, 24.5), 24, 24.5),
        ((0, 8, 17, 32.5), None, None),
        ((0, 2, 4, 12, 18, 26), 24, 26),
        ((0, 4, 6, 11, 13, 18, 20, 24), 22, 24),
    ],
    ids=[
        "two duties", "a longer pause", "no more than that", "to the edge of the day",
        "what is over falls out", "two short and a long one", "many breaks",
    ],
)  # fmt: skip
def test_too_much_work_in_any_24_hours_is_told_until_the_punch_out(
    hours: tuple[float, ...], begins: float | None, ends: float | None
) -> None:
    found = [one for one in overtime(*spells(*hours)) if one[1] in (IN_A_DAY, "")]
    assert found == ([] if begins is None else [(begins, IN_A_DAY), (ends, "")])


def test_nobody_is_told_of_who_has_not_set_it() -> None:
    assert overtime(*spells(0, 8, 10, 20), limit=None) == []
    assert overtime(*spells(0, 8, 10, 20), limit=24) == []


def test_a_check_out_that_is_missing_counts_for_no_work() -> None:
    forgot = [punch(0), *spells(12, 20)]
    assert overtime(*forgot, limit=15) == []


def test_work_without_a_break_is_told_in_its_own_words() -> None:
    [one] = hear(PersonFacts(code="ben"), [punch(0)], until=17 * 60)
    assert one.standing.message.startswith(
        "ben at alpha has worked for 16 hours without a break, since"
    )
    assert [at for at, _ in overtime(punch(0), limit=16)] == [16]


_EDGES = st.lists(st.integers(0, 24 * 4), min_size=2, max_size=8, unique=True).map(sorted)


@settings(max_examples=50)
@given(_EDGES, st.integers(4, 23))
def test_the_moment_is_the_first_at_which_so_much_was_worked(edges: list[int], limit: int) -> None:
    """Beside counting quarters of an hour."""
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    since = (edges[-1] + 1) * 900.0
    at = worked_at([(a * 900.0, b * 900.0) for a, b in pairs], since, limit * HOUR)

    def worked(quarter: int) -> float:
        on = [any(a <= one < b for a, b in pairs) or one * 900.0 >= since
              for one in range(quarter - 96, quarter)]  # fmt: skip
        return sum(on) / 4

    quarter = next(one for one in range(edges[-1] + 1, 1000) if worked(one) >= limit)
    assert at == max(since, quarter * 900.0)
    assert worked_at([], 0.0, DAY / 2) == DAY / 2


def test_a_break_is_silent_is_no_arrival_and_is_left_out_of_the_work() -> None:
    week = [
        one
        for day in range(-5, 0)
        for one in (
            punch(1440 * day), *(used(1440 * day + 8 * n) for n in range(1, 60)),
            punch(1440 * day + 480, "check_out"),
        )
    ]  # fmt: skip
    today = [punch(0), *(used(8 * n) for n in range(1, 25)), punch(200, "break_start")]
    silent = hear(PersonFacts(code="ben"), [*week, *today], until=900)
    assert told(silent) == []
    back = [*today, punch(260, "break_end"), *(used(260 + 8 * n) for n in range(1, 12))]
    [(minute, code, _), _] = told(hear(PersonFacts(code="ben"), [*week, *back], until=2000))
    assert (code, minute > 360) == ("GUARD_INACTIVITY", True)

    facts = PersonFacts(code="ben")
    for one in (punch(0), punch(200, "break_start"), punch(260, "break_end")):
        facts = facts.after(one, float(one.ts), DIRECTORY)
    assert (len(facts.arrivals), facts.on_duty is not None) == (1, True)
    breaks = [punch(0), punch(240, "break_start"), punch(360, "break_end")]
    assert overtime(*breaks, limit=10)[0] == (12, "ben at alpha has worked 10 of the last 24 hours")

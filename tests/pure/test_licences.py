"""On which days licences cover a skill."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.aiops.licences import Term, ends_on, is_held

FIRST = date(2026, 3, 1)
TERMS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 6)).map(
        lambda one: Term(day(one[0]), day(one[0] + one[1]))
    ),
    max_size=4,
)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@settings(max_examples=60)
@given(TERMS, st.integers(0, 20))
def test_an_end_is_the_last_of_the_days_in_a_row_or_the_last_that_there_was(
    terms: list[Term], number: int
) -> None:
    ends = ends_on(terms, day(number))
    held = [is_held(terms, day(one)) for one in range(30)]

    if held[number]:
        assert ends == day(held.index(False, number) - 1)
    else:
        before = [one for one in range(number) if held[one]]
        assert ends == (day(before[-1]) if before else None)


def test_a_renewal_goes_on_where_the_former_ends_and_not_after_a_break() -> None:
    old, next_day, later = (Term(day(0), day(9)), Term(day(10), day(20)), Term(day(11), day(20)))

    assert ends_on([next_day, old], day(5)) == day(20)
    assert ends_on([later, old], day(5)) == ends_on([later, old], day(10)) == day(9)
    assert is_held([old], day(9))
    assert not is_held([old], day(10))

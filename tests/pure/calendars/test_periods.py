"""Days, weeks and months as they end by the clocks of a place."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.aiops.calendars.periods import Every, last_due

LONDON = ZoneInfo("Europe/London")
HOUR = 3600.0


def at(*clock: int) -> float:
    return datetime(*clock, tzinfo=LONDON).timestamp()  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("every", "moment", "first", "last"),
    [
        (Every.DAY, at(2026, 3, 10, 6), date(2026, 3, 9), date(2026, 3, 9)),
        (Every.DAY, at(2026, 3, 10, 5, 59), date(2026, 3, 8), date(2026, 3, 8)),
        (Every.WEEK, at(2026, 3, 9, 6), date(2026, 3, 2), date(2026, 3, 8)),
        (Every.WEEK, at(2026, 3, 9, 5), date(2026, 2, 23), date(2026, 3, 1)),
        (Every.MONTH, at(2026, 3, 1, 6), date(2026, 2, 1), date(2026, 2, 28)),
        (Every.MONTH, at(2026, 2, 28, 6), date(2026, 1, 1), date(2026, 1, 31)),
    ],
)
def test_the_last_one_is_due_six_hours_after_it_ended(
    every: Every, moment: float, first: date, last: date
) -> None:
    found = last_due(every, 6 * HOUR, moment, LONDON)

    assert (found.first, found.last) == (first, last)


def test_a_day_of_summer_time_ends_at_its_own_midnight() -> None:
    assert last_due(Every.DAY, 0.0, at(2026, 3, 30), LONDON).due_at == at(2026, 3, 30)
    assert at(2026, 3, 30) - at(2026, 3, 29) == 23 * HOUR


@given(st.sampled_from(Every), st.floats(0, 4e9), st.floats(0, 720))
def test_each_follows_on_the_one_before_and_none_is_due_too_early(
    every: Every, moment: float, hours: float
) -> None:
    found = last_due(every, hours * HOUR, moment, LONDON)
    before = last_due(every, hours * HOUR, found.due_at - 2 * HOUR, LONDON)

    assert found.due_at <= moment + 2 * HOUR, "clocks may be set back meanwhile"
    assert before.last + timedelta(days=1) == found.first

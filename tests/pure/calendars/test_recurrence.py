"""When work comes again, by the clocks of a place."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.aiops.calendars import recurrence

LONDON = "Europe/London"


def come(times, begin, end, zone=LONDON):
    """Return local times at which it comes between two local dates."""
    place = ZoneInfo(zone)
    bounds = [datetime.fromisoformat(day).replace(tzinfo=place).timestamp() for day in (begin, end)]
    found = recurrence.moments(times, zone, *bounds)
    return [f"{datetime.fromtimestamp(at, place):%d %H:%M}" for at in found]


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ("Mon-Fri 08:00,20:00", ["02 08:00", "02 20:00", "03 08:00", "03 20:00"]),
        ("Mon 08:00; 12:30", ["02 08:00", "02 12:30", "03 12:30"]),
        ("30 6 * * 1", ["02 06:30"]),
        ("0 */12 3 * *", ["03 00:00", "03 12:00"]),
        ("15 9-10 * 3 2", ["03 09:15", "03 10:15"]),
        ("0 7 3 * 1", ["02 07:00", "03 07:00"]),
        ("0 7 * 4 *", []),
        ("5/20 1 2 * *", ["02 01:05", "02 01:25", "02 01:45"]),
    ],
)
def test_times_of_the_week_and_of_cron(times, expected):
    """The second of March 2026 is a Monday."""
    assert come(times, "2026-03-02", "2026-03-03T23:59") == expected


def test_a_time_that_summer_time_leaves_out_comes_later_and_one_that_comes_twice_once():
    assert come("01:30", "2026-03-28", "2026-03-30") == ["28 01:30", "29 02:30"]
    assert come("01:30", "2026-10-24", "2026-10-26") == ["24 01:30", "25 01:30"]


@given(
    st.sampled_from(["Mon-Fri 08:00,20:00", "*/15 * * * *", "00:00", "0 3 29 2 *"]),
    st.integers(0, 400 * 24 * 60),
    st.integers(0, 3 * 24 * 60),
    st.integers(0, 3 * 24 * 60),
)
def test_what_comes_in_two_parts_of_a_time_is_what_comes_in_all_of_it(times, start, one, other):
    begin = datetime(2026, 1, 1, tzinfo=UTC).timestamp() + start * 60
    middle, end = begin + one * 60, begin + (one + other) * 60
    parts = [
        *recurrence.moments(times, LONDON, begin, middle),
        *recurrence.moments(times, LONDON, middle, end),
    ]
    assert parts == list(recurrence.moments(times, LONDON, begin, end))
    assert all(begin < at <= end for at in parts)


@pytest.mark.parametrize(
    "times",
    ["", "soon", "25:00", "Mon", "Mon 8", "Mon Tue 08:00", "61 * * * *", "0 8 * *", "0 8-6 * * *",
     "*/0 * * * *", "0 8 0 * *", "Funday 08:00"],
)  # fmt: skip
def test_times_that_nobody_can_read_are_refused_with_the_cure(times):
    with pytest.raises(ValueError, match="write times"):
        recurrence.read(times)

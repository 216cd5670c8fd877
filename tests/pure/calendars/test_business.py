"""Business hours against a count minute by minute, over summer time and holidays."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.aiops.calendars import hours
from watchfloor.aiops.calendars.business import ALWAYS, Calendar, week_of

LONDON = "Europe/London"
SPRING, AUTUMN = datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)
CAIRO_AT_MIDNIGHT = datetime(2026, 4, 23, 12, tzinfo=UTC)
OFFICE = Calendar("Mon-Fri 09:00-18:00", LONDON, frozenset({date(2026, 4, 3), date(2026, 4, 6)}))

CALENDARS = st.builds(
    Calendar,
    st.sampled_from(
        ["", "Mon-Fri 09:00-18:00", "Fri-Mon 22:00-06:00", "00:30-01:45", "Sun 01:15-02:10; Sun"]
    ),
    st.sampled_from([LONDON, "America/New_York", "Asia/Kolkata", "Africa/Cairo", "UTC"]),
    st.frozensets(st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2026, 4, 24)])),
)
MOMENTS = st.builds(
    lambda near, minutes: near.timestamp() + minutes * 60,
    st.sampled_from([SPRING, AUTUMN, CAIRO_AT_MIDNIGHT, datetime(2026, 11, 1, tzinfo=UTC)]),
    st.integers(0, 3 * 24 * 60),
)


def counted(calendar: Calendar, start: float, end: float) -> int:
    """Return the minutes whose wall clock stands within the hours, one after the other."""
    zone, minutes, at = ZoneInfo(calendar.zone), 0, start
    while at < end:
        local = datetime.fromtimestamp(at, zone)
        minutes += hours.covers(calendar.hours, local) and local.date() not in calendar.holidays
        at += 60
    return minutes


@settings(max_examples=60)
@given(CALENDARS, MOMENTS, st.integers(0, 2_000))
def test_it_counts_what_a_minute_by_minute_count_counts(calendar, start, minutes):
    end = start + minutes * 60
    assert calendar.seconds(start, end) == 60 * counted(calendar, start, end)


@given(CALENDARS, MOMENTS, st.floats(0, 9 * 86_400), st.floats(0, 9 * 86_400))
def test_it_adds_up_and_never_falls(calendar, start, one, other):
    middle, end = start + one, start + one + other
    whole = calendar.seconds(start, end)
    parts = calendar.seconds(start, middle), calendar.seconds(middle, end)
    assert whole == pytest.approx(sum(parts), abs=1e-3)
    assert min(parts) >= 0


@given(CALENDARS, MOMENTS, st.floats(1, 99 * 3_600))
def test_what_is_due_is_the_first_moment_by_which_it_has_passed(calendar, start, seconds):
    due = calendar.due(start, seconds)
    assert calendar.seconds(start, due) == pytest.approx(seconds, abs=1e-3)
    assert calendar.seconds(start, due - 1) < seconds


@given(CALENDARS, MOMENTS)
def test_it_is_open_when_the_clock_stands_within_the_hours(calendar, at):
    assert calendar.is_open(at) == bool(counted(calendar, at, at + 60))


def test_eight_working_hours_from_thursday_noon_end_after_easter():
    thursday = datetime(2026, 4, 2, 12, 0, tzinfo=ZoneInfo(LONDON))
    tuesday = datetime(2026, 4, 7, 11, 0, tzinfo=ZoneInfo(LONDON))
    assert OFFICE.due(thursday.timestamp(), 8 * 3600) == tuesday.timestamp()


def test_the_night_of_the_change_to_summer_time_has_an_hour_less():
    night = Calendar("Sat 22:00-06:00", LONDON)
    week = timedelta(days=7).total_seconds()
    assert night.seconds(SPRING.timestamp(), SPRING.timestamp() + week) == 7 * 3600
    assert night.seconds(AUTUMN.timestamp(), AUTUMN.timestamp() + week) == 9 * 3600


def test_a_day_of_every_hour_is_a_day():
    assert ALWAYS.seconds(0.0, 365 * 86_400.0) == 365 * 86_400
    assert ALWAYS.due(10.5, 3 * 86_400.0) == 3 * 86_400 + 10.5


def test_hours_that_never_come_are_refused():
    with pytest.raises(Exception, match="never come"):
        week_of(" ; ")
    for never in (";", " ; ", "24:00-00:00", "Mon-Fri 09:00-18:00; Sat 24:00-00:00"):
        with pytest.raises(ValueError, match="write hours such as"):
            hours.checked(never)
    for some in ("", "00:00-24:00", "Mon 24:00-06:00"):
        assert hours.checked(some) == some
        assert Calendar(some).due(0.0, 60.0) > 0

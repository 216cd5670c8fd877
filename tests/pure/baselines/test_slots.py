"""Hours of the week by the site's own clock."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from watchfloor.aiops.baselines.slots import HOURS_OF_WEEK, hour_of, slot_of, slots_of

ZONES = ("UTC", "Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
YEAR_2026 = hour_of(datetime(2026, 1, 1, tzinfo=UTC).timestamp())


@pytest.mark.parametrize("zone", ZONES)
def test_hours_in_a_row_have_the_slots_that_each_has_alone(zone: str) -> None:
    first, hours, holidays = YEAR_2026 + 5, 300 * 24, {date(2026, 3, 29), date(2026, 12, 25)}

    together = slots_of(first, hours, zone, holidays)

    assert together.tolist() == [slot_of(first + ahead, zone, holidays) for ahead in range(hours)]


def test_an_hour_that_comes_twice_when_summer_ends_has_one_slot() -> None:
    one_o_clock = hour_of(datetime(2026, 10, 25, 0, tzinfo=UTC).timestamp())

    assert slots_of(one_o_clock, 3, "Europe/London").tolist() == [145, 145, 146]


def test_a_holiday_is_no_day_of_the_week() -> None:
    noon = hour_of(datetime(2026, 12, 25, 12, tzinfo=UTC).timestamp())

    assert slot_of(noon, "UTC") == 4 * 24 + 12
    assert slot_of(noon, "UTC", {date(2026, 12, 25)}) == HOURS_OF_WEEK + 12

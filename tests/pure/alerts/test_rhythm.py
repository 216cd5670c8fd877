"""How a source speaks, and when its silence is unlike it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.aiops.alerts.rhythm import (
    DAY,
    HOUR,
    MINUTE,
    PAUSES,
    SHORTEST,
    Expected,
    Rhythm,
    Unknown,
)

Times = list[float]


def every(seconds: float, *, until: float, since: float = 0.0) -> Times:
    return list(takewhile(lambda at: at < until, (since + n * seconds for n in count())))


def heard(times: Times, until: float) -> Rhythm:
    rhythm = Rhythm.begin(0.0)
    rhythm.hear(times, until=until)
    return rhythm


def limit(rhythm: Rhythm) -> float:
    expected = rhythm.expected()
    assert isinstance(expected, Expected), expected
    return expected.limit


def told(
    rhythm: Rhythm, times: Times, *, until: float, look: float = 5 * MINUTE
) -> Iterator[float]:
    """Listen on look by look; yield when a silence is told."""
    look, is_told = 5 * MINUTE, False
    for at in every(look, since=rhythm.heard_until + look, until=until):
        before = rhythm.heard_until
        rhythm.hear([one for one in times if before <= one < at], until=at, is_told=is_told)
        silence = rhythm.heard_until - rhythm.quiet_since
        if is_told and silence < look + MINUTE:
            is_told = False
        expected = rhythm.expected()
        if not is_told and isinstance(expected, Expected) and silence >= expected.limit:
            is_told = True
            yield at


@settings(max_examples=15)
@given(st.integers(1, 180))
def test_a_regular_source_is_never_silent_while_it_goes_on_and_soon_after_it_stops(
    minutes: int,
) -> None:
    pace = minutes * MINUTE
    stops = 10 * DAY
    rhythm = heard(every(pace, until=9 * DAY), 9 * DAY)

    assert list(told(rhythm, every(pace, since=9 * DAY, until=stops), until=stops)) == []
    assert limit(rhythm) <= max(SHORTEST, 4 * pace)


def test_a_night_weighs_little_where_nights_are_quiet() -> None:
    hours = [at for at in every(3 * MINUTE, until=9 * DAY) if 8 <= at % DAY / HOUR < 18]
    rhythm = heard([at for at in hours if at < 8 * DAY + 17 * HOUR], 8 * DAY + 17 * HOUR)
    by_day = limit(rhythm)
    rhythm.hear([at for at in hours if at >= 8 * DAY + 17 * HOUR], until=9 * DAY)

    assert by_day < HOUR
    assert limit(rhythm) > 14 * HOUR, "from the evening to the morning nobody misses it"


def test_an_outage_that_was_told_is_not_learnt_as_a_pause() -> None:
    rhythm = heard(every(2 * MINUTE, until=3 * DAY), 3 * DAY)
    before = limit(rhythm)
    back = every(2 * MINUTE, since=3 * DAY + 5 * HOUR, until=4 * DAY)

    assert len(list(told(rhythm, back, until=4 * DAY))) == 1
    assert limit(rhythm) == pytest.approx(before, abs=2 * MINUTE)


def test_a_time_in_which_the_floor_was_away_is_nobodys_silence() -> None:
    rhythm = heard(every(2 * MINUTE, until=3 * DAY), 3 * DAY)
    before = limit(rhythm)
    rhythm.miss(3 * DAY + 5 * HOUR)

    assert rhythm.heard_until - rhythm.quiet_since == 0
    back = every(2 * MINUTE, since=3 * DAY + 5 * HOUR, until=3 * DAY + 6 * HOUR)
    rhythm.hear(back, until=3 * DAY + 6 * HOUR)
    assert limit(rhythm) == before


def test_in_its_first_day_or_said_next_to_nothing_a_source_has_no_rhythm() -> None:
    assert heard(every(MINUTE, until=DAY), DAY - MINUTE).expected() is Unknown.NEW
    assert heard(every(DAY / 2, until=10 * DAY), 10 * DAY).expected() is Unknown.RARE
    assert heard([], 10 * DAY).expected() is Unknown.RARE


@settings(max_examples=30)
@given(
    st.lists(st.floats(0, 3 * DAY - 1), max_size=200).map(sorted),
    st.lists(st.floats(0, 3 * DAY), max_size=5).map(sorted),
)
def test_it_is_the_same_in_one_go_or_look_by_look_and_stays_small(
    times: Times, looks: Times
) -> None:
    whole = heard(times, 3 * DAY)
    parts = Rhythm.begin(0.0)
    for until in [*looks, 3 * DAY]:
        parts.hear([at for at in times if parts.heard_until <= at], until=until)

    assert (parts.quiet_since, parts.heard_until) == (whole.quiet_since, whole.heard_until)
    assert len(parts.pauses) <= PAUSES
    assert sum(parts.spoken) == pytest.approx(sum(whole.spoken), rel=0.2)

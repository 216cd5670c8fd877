"""A company goes on in a floor from where the floor last heard of it."""

from __future__ import annotations

from tests.demo.company.test_running import in_order
from watchfloor.demo.company.seasons import DAY, HOUR, MINUTE
from watchfloor.demo.company.standing import MEASURED
from watchfloor.demo.living import EARLIER, LONGEST_GAP, begun
from watchfloor.demo.world import make_world

NOW = 1_772_442_000.0
"""A Monday at ten by the clocks on the walls: the shift began at seven."""
WORLD = make_world(2, sites=3)


def test_it_begins_with_the_shift_that_was_on_when_the_floor_last_heard_of_it() -> None:
    def hours_before(known: float | None) -> float:
        return (NOW - EARLIER - begun(WORLD, NOW, known, 1.0).begins) / HOUR

    assert hours_before(None) == 3, "of a floor that knows nothing: the shift that is on"
    assert hours_before(NOW - 3 * HOUR + MINUTE) == 3, "somebody was relieved, and went"
    assert hours_before(NOW - 4 * HOUR) == 11, "of the night it has not heard all"
    assert hours_before(NOW - 4 * LONGEST_GAP) <= (LONGEST_GAP + 8 * HOUR) / HOUR


def test_positions_and_beats_of_the_gap_are_told_for_a_day_at_most() -> None:
    for known, since in ((NOW - 3 * HOUR + MINUTE, NOW - 3 * HOUR), (NOW - 2 * DAY, NOW - DAY)):
        told = list(begun(WORLD, NOW, known, 1.0).advance(NOW))
        for stream in MEASURED:
            first = min(one.at for one in told if one.stream == stream)
            assert 0 <= first - since < HOUR, stream


def test_begun_again_in_the_same_shift_the_same_has_happened() -> None:
    first, again = (begun(WORLD, at, NOW - 3 * HOUR, 5.0) for at in (NOW, NOW + HOUR))

    assert in_order(list(first.advance(NOW))) == in_order(list(again.advance(NOW)))

"""What a person is at a moment of a shift."""

from __future__ import annotations

from watchfloor.aiops.presence import HERE, Presence, Standing

MINUTE = 60.0


def test_a_person_is_what_roster_leave_and_check_ins_say() -> None:
    def presence(at: float, came: float | None = None, left: float | None = None, *,
                 is_rostered: bool = True, is_on_leave: bool = False) -> Presence:  # fmt: skip
        return Standing(0.0, is_rostered, is_on_leave, came, left).at(at * MINUTE)

    assert presence(15) is Presence.AWAITED
    assert presence(15.1) is Presence.MISSING
    assert presence(60, is_on_leave=True) is Presence.ON_LEAVE
    assert presence(60, -5 * MINUTE) is Presence.PRESENT
    assert presence(60, 16 * MINUTE) is Presence.LATE
    assert presence(60, 0.0, is_rostered=False) is Presence.UNEXPECTED
    assert presence(60, 0.0, 30 * MINUTE) is Presence.LEFT
    assert presence(60, 0.0, is_on_leave=True) is Presence.PRESENT


def test_who_is_on_a_break_is_there_while_the_place_is_held() -> None:
    resting = Standing(0.0, True, False, 0.0, None, break_over_at=90 * MINUTE)
    assert resting.at(89 * MINUTE) is Presence.ON_BREAK
    assert resting.at(90 * MINUTE) is Presence.LEFT
    assert Presence.ON_BREAK in HERE

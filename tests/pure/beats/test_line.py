"""A device is dark when its silence is no chance: by its own record, or with its neighbours'."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.aiops.beats.health import Health, score, uptime_after
from watchfloor.aiops.beats.line import COUNTED, FORGOTTEN, Hangs, LineBeats

PERIOD = 900.0
CAMERAS = tuple(f"camera-{number}" for number in range(8))
"""All at one recorder."""
HANGS = Hangs(
    groups=lambda code: ("recorder", "gate") if code in CAMERAS else ("gate",),
    period=lambda code: PERIOD,
    sure=lambda code: 0.5,
)
LEARNT = HANGS._replace(period=lambda code: None)
ALONE = ("door",)


def beats(
    devices: Sequence[str] = ALONE, first: int = 0, until: int = 40, lost: Iterable[int] = ()
) -> list[tuple[float, str]]:
    """Beats of a period each, the devices spread evenly over it; `lost` are the periods missed."""
    return sorted(
        (number * PERIOD + place * PERIOD / len(devices), device)
        for place, device in enumerate(devices)
        for number in range(first, until)
        if number not in lost
    )


def heard(stream: Iterable[tuple[float, str]], hangs: Hangs = HANGS) -> LineBeats:
    return reduce(
        lambda known, beat: known.after_beat(beat[1], beat[0], hangs), stream, LineBeats()
    )


@pytest.mark.parametrize("hangs", [HANGS, LEARNT])
def test_a_lone_device_is_dark_after_its_second_miss_and_no_more_after_a_beat(hangs: Hangs) -> None:
    known = heard(beats(), hangs)

    assert not known.at(40.9 * PERIOD, hangs).dark()
    dark = known.at(42 * PERIOD, hangs).dark()["door"]
    assert 41 * PERIOD < dark.dark_at < 41.3 * PERIOD
    assert not known.after_beat("door", 45 * PERIOD, hangs).dark()


def test_a_device_whose_beats_often_get_lost_is_given_more_time() -> None:
    bad_line = heard(beats(until=400, lost=range(4, 400, 5)))

    assert not bad_line.at(400.9 * PERIOD, HANGS).dark()
    assert bad_line.at(406 * PERIOD, HANGS).dark()


def test_where_all_fall_silent_each_needs_to_miss_one_beat() -> None:
    known = heard(beats(CAMERAS))

    [first, *rest] = (known.at((40.1 + later / 8) * PERIOD, HANGS).dark() for later in range(8))
    assert not first
    assert list(rest[-1]) == list(CAMERAS)
    assert max(one.dark_at for one in rest[-1].values()) < 41 * PERIOD


def test_one_camera_that_misses_a_beat_among_others_that_do_not_is_not_dark() -> None:
    others = beats(CAMERAS[1:], until=41)

    known = heard(sorted([*beats(CAMERAS[:1]), *others]))

    assert not known.at(40.9 * PERIOD, HANGS).dark()


def test_a_device_that_drops_out_again_and_again_stays_dark_until_it_is_steady() -> None:
    lost = {40, 42, 44, 45, 47}
    known = heard(beats(until=49, lost=lost))

    assert list(known.dark()) == ["door"]
    steady = heard([(moment, code) for moment, code in beats(until=80, lost=lost)])
    assert not steady.dark()


def test_a_device_that_fails_often_is_not_believed_to_lose_beats() -> None:
    outages = [range(start, start + 3) for start in range(20, 1000, 20)]
    stream = beats(until=999, lost=[number for outage in outages for number in outage])

    known = heard(stream)
    assert known.devices["door"].chances.loss < 0.02
    for outage in outages[2:]:
        before = heard(stream[: 17 * (outage.start // 20) + 3])
        assert before.at((outage.start + 1.5) * PERIOD, HANGS).dark()


def test_a_device_that_is_up_for_a_beat_at_a_time_keeps_its_period_and_stays_dark() -> None:
    pauses = [3, 5, 2, 7, 4, 9, 6, 12, 3, 8, 2, 5, 14, 4]
    numbers = [*range(30), *accumulate(pauses, initial=31)]

    known = heard([(number * PERIOD, "door") for number in numbers], LEARNT)

    assert known.devices["door"].pace.period == PERIOD
    assert known.dark()


def test_a_longer_period_is_believed_once_all_pauses_agree() -> None:
    slower = [(moment * 2 + 20 * PERIOD, code) for moment, code in beats(until=9)]

    known = heard([*beats(until=19), *slower], LEARNT)

    assert known.devices["door"].pace.period == 2 * PERIOD
    assert not known.at(slower[-1][0] + 1.9 * PERIOD, LEARNT).dark()


def test_an_old_beat_that_comes_late_changes_nothing() -> None:
    known = heard(beats())

    assert known.after_beat("door", 12.5 * PERIOD, HANGS) == known


def test_what_nobody_listened_for_was_not_missed() -> None:
    before = heard(beats())
    back = HANGS._replace(since=60.4 * PERIOD)

    assert not before.at(61.9 * PERIOD, back).dark()
    assert before.at(62.1 * PERIOD, back).dark()["door"].unheard == 21
    told = before.at(45 * PERIOD, HANGS)
    assert told.at(61 * PERIOD, back).dark()["door"].dark_at == told.dark()["door"].dark_at


def test_what_is_silent_for_long_says_no_more_of_others_and_is_forgotten() -> None:
    known = heard([*beats(CAMERAS[:2]), *beats(CAMERAS[1:2], first=40, until=80)])

    assert known.devices[CAMERAS[0]].missed == COUNTED
    assert known.outage(["recorder"])[0] < 0.01
    after = known.after_beat(CAMERAS[1], 80 * PERIOD + FORGOTTEN, HANGS)
    assert list(after.devices) == [CAMERAS[1]]


@settings(max_examples=30)
@given(
    st.sets(st.tuples(st.integers(0, 30), st.sampled_from(CAMERAS[:3]))),
    st.lists(st.floats(0, 31 * PERIOD), max_size=6),
)
def test_it_does_not_matter_when_one_looks(lost: set[tuple[int, str]], looks: list[float]) -> None:
    stream = [
        (moment, code)
        for moment, code in beats(CAMERAS[:3], until=30)
        if (int(moment // PERIOD), code) not in lost
    ]
    looked = LineBeats()
    for moment, code in sorted([*stream, *((look, "") for look in looks)]):
        looked = looked.after_beat(code, moment, HANGS) if code else looked.at(moment, HANGS)

    end = 32 * PERIOD
    assert looked.at(end, HANGS) == heard(stream).at(end, HANGS)


def test_health_is_on_the_scales_of_what_is_measured() -> None:
    weak = score(battery=100, signal=-105, uptime=1, temperature=20)
    assert weak is not None
    assert Health.of(weak) is Health.FAIR
    assert score(battery=20, signal=-100, uptime=0.5, temperature=60) == pytest.approx(27)
    assert Health.of(27) is Health.CRITICAL
    assert score() is None
    assert uptime_after(1.0, 61, usual=60) == 1.0

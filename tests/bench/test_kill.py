from __future__ import annotations

import sys
from collections import Counter
from random import Random

import pytest

from tests.homes import passable_folder, settled_home
from tests.soaking import IS_FULL
from watchfloor.bench import floors, kill


def test_every_part_is_killed_about_equally_often() -> None:
    chosen = Counter(chosen_by(seed=1))

    assert set(chosen.values()) == {4}
    assert set(chosen) == set(kill.VICTIMS)


def test_a_seed_chooses_the_same_victims_again() -> None:
    assert chosen_by(seed=1) == chosen_by(seed=1)
    assert chosen_by(seed=1) != chosen_by(seed=2)


def chosen_by(seed: int) -> list[str]:
    return kill.victims(20, Random(seed))  # noqa: S311


@pytest.mark.soak
@pytest.mark.timeout(3600 if IS_FULL else 300)
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_accepted_is_lost_or_counted_twice() -> None:
    moments = 20 if IS_FULL else 2
    with passable_folder() as folder:
        running = floors.start(settled_home(folder / "home"))
        try:
            floors.wait_for_parts(running)
            found = kill.measure_on(running, moments, seed=moments)
        finally:
            floors.stop(running)

    assert found.accepted > 1000
    assert (found.lost, found.doubled, found.unknown) == (0, 0, 0)
    assert found.counted == found.accepted
    assert [moment.victim for moment in found.moments if moment.grouped is None] == []
    assert found.fsync == "on"

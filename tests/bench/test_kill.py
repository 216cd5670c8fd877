from __future__ import annotations

import os
import sys
from collections import Counter
from random import Random

import pytest

from watchfloor.bench import kill


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
@pytest.mark.timeout(3600)
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_accepted_is_lost_or_counted_twice() -> None:
    moments = 20 if os.environ.get("WATCHFLOOR_SOAK") == "full" else 2
    found = kill.measure(moments, seed=moments)

    assert found.accepted > 1000
    assert (found.lost, found.doubled, found.unknown) == (0, 0, 0)
    assert found.counted == found.accepted
    assert [moment.victim for moment in found.moments if moment.grouped is None] == []
    assert found.fsync == "on"

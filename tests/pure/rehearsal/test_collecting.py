from __future__ import annotations

import gc

import pytest

from watchfloor.aiops.rehearsal.collecting import seldom_collected


def test_cycles_are_looked_for_seldom_during_a_rehearsal_and_as_before_after_it() -> None:
    before = gc.get_threshold()
    with seldom_collected():
        assert gc.get_threshold()[0] > 10 * before[0]
        assert gc.isenabled()
    assert gc.get_threshold() == before


def test_a_rehearsal_that_fails_leaves_the_collector_as_it_was() -> None:
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="failed"), seldom_collected():
        raise ValueError("failed")
    assert gc.get_threshold() == before

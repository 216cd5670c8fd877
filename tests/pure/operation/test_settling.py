"""For whom time stands still a moment, as more of what came late may follow."""

from __future__ import annotations

from watchfloor.aiops.operation.settling import LATE, SETTLES, Reach, is_late, reach

NOW = 1_790_000_000.0


def test_time_stands_still_a_moment_for_whom_late_data_are_about() -> None:
    assert is_late(NOW - LATE - 1, NOW)
    assert not is_late(NOW - LATE, NOW)
    old = NOW - 3_600
    assert reach(None, NOW, None) == Reach(NOW, None)
    assert reach(old, NOW, None) == Reach(old, NOW + SETTLES)
    assert reach(old, NOW + 30, NOW + SETTLES) == Reach(old, NOW + SETTLES)
    assert reach(old, NOW + SETTLES, NOW + SETTLES) == Reach(NOW + SETTLES, None)
    assert reach(None, NOW + 30, NOW + SETTLES) == Reach(NOW + 30, None)
    assert reach(NOW - LATE, NOW, None) == Reach(NOW, None), "the time of a replay is its events'"

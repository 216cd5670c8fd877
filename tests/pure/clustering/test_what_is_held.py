from __future__ import annotations

from watchfloor.bench.grouping.pace import bytes_each


def test_an_open_cluster_its_alert_and_their_past_are_held_in_two_kilobytes() -> None:
    assert bytes_each() <= 2_000

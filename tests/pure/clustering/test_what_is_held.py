from __future__ import annotations

from watchfloor.aiops.clustering.config import HOUR, ClusteringConfig
from watchfloor.aiops.clustering.state import Alert, Cluster, Lane
from watchfloor.bench.grouping.pace import bytes_each


def is_let_go(**alerts: Alert) -> bool:
    cluster = Cluster(1, Lane.OPEN, 0.0, 0.0, 0.0, ["door"])
    return cluster.is_spent(3 * HOUR, alerts, ClusteringConfig())


def test_an_open_cluster_its_alert_and_their_past_are_held_in_two_kilobytes() -> None:
    assert bytes_each() <= 2_000


def test_a_cluster_of_which_nothing_is_remembered_is_let_go() -> None:
    assert is_let_go()


def test_a_cluster_is_held_while_an_end_in_it_is_not_believed() -> None:
    assert is_let_go(door=Alert("door", 0.0, 0.0, until=60.0))
    assert not is_let_go(door=Alert("door", 0.0, 0.0, until=60.0, settles_at=2 * HOUR))

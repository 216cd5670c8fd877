"""Which clusters a report could belong to, without looking at all that are open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from watchfloor.aiops.clustering.state import Cluster


class BlockingIndex:
    """Clusters by blocking key, so that the cost of a report does not grow with what is open.

    A key is the entity or a failure domain, with its kind in front. For each key the newest
    clusters are looked at first and never more than asked for.
    """

    def __init__(self) -> None:
        self._by_key: dict[str, list[Cluster]] = {}

    def add(self, cluster: Cluster, keys: Iterable[str]) -> None:
        for key in keys:
            self._by_key.setdefault(key, []).append(cluster)

    def discard(self, cluster: Cluster) -> None:
        for key in cluster.keys:
            clusters = self._by_key[key]
            clusters.remove(cluster)
            if not clusters:
                del self._by_key[key]

    def newest(self, key: str, limit: int) -> Iterator[Cluster]:
        """Yield at most `limit` clusters under the key, the one opened last first."""
        clusters = self._by_key.get(key)
        return reversed(clusters[-limit:]) if clusters else iter(())

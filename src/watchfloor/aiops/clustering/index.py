"""Which clusters a report could belong to, without looking at all that are open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from watchfloor.aiops.clustering.state import Cluster


class BlockingIndex:
    """Clusters by blocking key, so that the cost of a report does not grow with what is open.

    A key is an entity, a site or a failure domain, with its kind in front. For each key the
    clusters that came under it last are looked at first, and never more than asked for.
    """

    def __init__(self) -> None:
        self._by_key: dict[str, dict[int, Cluster]] = {}
        self.looked_at = 0
        """How many candidates were handed out so far: what a report costs."""

    def add(self, cluster: Cluster, keys: Iterable[str]) -> None:
        """Have the cluster found under these keys too."""
        for key in keys:
            if key not in cluster.keys:
                cluster.keys[key] = None
                self._by_key.setdefault(key, {})[cluster.number] = cluster

    def discard(self, cluster: Cluster) -> None:
        """Have the cluster found no more."""
        for key in cluster.keys:
            clusters = self._by_key[key]
            del clusters[cluster.number]
            if not clusters:
                del self._by_key[key]

    def newest(self, key: str, limit: int) -> Iterator[Cluster]:
        """Yield at most `limit` clusters under the key, the last to come under it first."""
        clusters = self._by_key.get(key)
        if clusters:
            for cluster in islice(reversed(clusters.values()), limit):
                self.looked_at += 1
                yield cluster

    def numbers(self) -> list[tuple[str, list[int]]]:
        """Return the keys with the numbers of their clusters, in the order in which they came."""
        return [(key, list(clusters)) for key, clusters in self._by_key.items()]

"""Which clusters a report could belong to, without looking at all that are open."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator

from watchfloor.aiops.clustering.state import Cluster


class BlockingIndex:
    """Clusters by blocking key, so that the cost of a report does not grow with what is open.

    A key is a thing, a site or a failure domain, with its kind in front. For each key the
    clusters opened last are looked at first, and never more than asked for.
    """

    def __init__(self, clusters: dict[int, Cluster]) -> None:
        self._clusters = clusters
        self._by_key: dict[str, int | list[int]] = {}
        """Numbers in order; the bare number where it is one alone, as it is under most keys."""
        self.looked_at = 0
        """How many candidates were handed out so far: what a report costs."""
        for cluster in clusters.values():
            for key in cluster.keys:
                self._insert(key, cluster.number)

    def add(self, cluster: Cluster, keys: Iterable[str]) -> None:
        """Have the cluster found under these keys too."""
        fresh = tuple([key for key in keys if self._insert(key, cluster.number)])
        if fresh:
            cluster.keys = (*cluster.keys, *fresh)

    def _insert(self, key: str, number: int) -> bool:
        """Return False if it was there already."""
        found = self._by_key.get(key)
        if found is None:
            self._by_key[key] = number
        elif isinstance(found, int):
            if found == number:
                return False
            self._by_key[key] = sorted((found, number))
        else:
            place = bisect_left(found, number)
            if place < len(found) and found[place] == number:
                return False
            found.insert(place, number)
        return True

    def discard(self, cluster: Cluster) -> None:
        """Have the cluster found no more."""
        self.drop(cluster, cluster.keys)

    def drop(self, cluster: Cluster, keys: Collection[str]) -> None:
        """Have the cluster no more found under these keys."""
        gone = set(keys)
        for key in cluster.keys:
            if key in gone:
                found = self._by_key[key]
                if isinstance(found, list):
                    found.remove(cluster.number)
                if not isinstance(found, list) or not found:
                    del self._by_key[key]
        cluster.keys = tuple([key for key in cluster.keys if key not in gone])

    def newest(self, key: str, limit: int) -> Iterator[Cluster]:
        """Yield at most `limit` clusters under the key, the one opened last first."""
        found = self._by_key.get(key, ())
        for number in (found,) if isinstance(found, int) else reversed(found[-limit:]):
            self.looked_at += 1
            yield self._clusters[number]

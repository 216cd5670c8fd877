"""What people said of clusters and alerts, as far as it binds what is still to come."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from watchfloor.aiops.clustering.lessons import Lesson
from watchfloor.aiops.clustering.state import Cluster


class Parting(msgspec.Struct, array_like=True, gc=False):
    """What a merge took away, kept so that it can be undone."""

    source: Cluster
    """The cluster as it was."""
    gained: list[str]
    """Blocking keys that the other one got by it."""


class Taught(msgspec.Struct, array_like=True, gc=False):
    homes: dict[str, int] = msgspec.field(default_factory=dict)
    """Alert to the cluster in which a person wants it."""
    apart: dict[str, list[int]] = msgspec.field(default_factory=dict)
    """Alert to the clusters that a person took it out of."""
    parted: list[tuple[int, int]] = msgspec.field(default_factory=list)
    """Clusters that a person wants apart."""
    undoable: dict[int, Parting] = msgspec.field(default_factory=dict)
    """By the number of a merged cluster."""
    lessons: list[Lesson] = msgspec.field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.homes or self.apart or self.parted or self.lessons)

    def note_merge(self, source: Cluster, into: Cluster) -> None:
        """Remember what is needed to undo the merge that follows."""
        was = msgspec.structs.replace(source, members=list(source.members))
        known = set(into.keys)
        self.undoable[source.number] = Parting(was, [k for k in source.keys if k not in known])

    def is_parted(self, one: int, other: int, merged: Mapping[int, int]) -> bool:
        """Whether the clusters, or any that went into them, are to stay apart."""
        pair = {one, other}
        return any({merged.get(a, a), merged.get(b, b)} == pair for a, b in self.parted)

    def is_apart(self, alert_id: str, cluster: int, merged: Mapping[int, int]) -> bool:
        """Whether the alert is to stay out of the cluster."""
        return any(merged.get(n, n) == cluster for n in self.apart.get(alert_id, ()))

    def part(self, one: int, other: int) -> None:
        if (one, other) not in self.parted:
            self.parted.append((one, other))

    def reconcile(self, one: int, other: int, merged: Mapping[int, int]) -> None:
        """A person holds the two for one after all."""
        pair = {one, other}
        self.parted = [
            (a, b) for a, b in self.parted if {merged.get(a, a), merged.get(b, b)} != pair
        ]

    def forget(self, alerts: Collection[str], clusters: Collection[int]) -> None:
        """Let go of what is about alerts and clusters that are not known any more."""
        self.homes = {alert: n for alert, n in self.homes.items() if alert in alerts}
        self.apart = {alert: n for alert, n in self.apart.items() if alert in alerts}
        self.undoable = {
            n: one
            for n, one in self.undoable.items()
            if any(member in alerts for member in one.source.members)
        }
        self.parted = [
            pair for pair in self.parted if all(n in clusters or n in self.undoable for n in pair)
        ]

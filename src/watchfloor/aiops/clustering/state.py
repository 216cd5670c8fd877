"""What the clusterer remembers: alerts that live and clusters that may still take something in."""

from __future__ import annotations

from enum import IntEnum
from math import inf

from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import Membership
from watchfloor.aiops.types import Seconds


class Lane(IntEnum):
    """Who may join a cluster."""

    OPEN = 0
    LATE = 1
    LIFE_SAFETY = 2


class Cluster:
    """One cluster, as much of it as decisions need. `first` and `last` are of firing reports."""

    __slots__ = (
        "acknowledged",
        "first",
        "keys",
        "lane",
        "last",
        "members",
        "number",
        "resolved_at",
    )

    def __init__(self, number: int, at: Seconds, lane: Lane, keys: tuple[str, ...]) -> None:
        self.number = number
        self.first = at
        self.last = at
        self.lane = lane
        self.keys = keys
        self.members: list[Alert] = []
        self.resolved_at: Seconds = inf
        self.acknowledged = False

    def spans(self, at: Seconds, cap: Seconds) -> bool:
        """Whether the cluster stays within `cap` when it takes something at `at`."""
        return max(self.last, at) - min(self.first, at) <= cap

    def has_recovered(self, at: Seconds, recovery: Seconds) -> bool:
        """Whether every alert of it had ended `recovery` seconds before `at`."""
        if self.acknowledged:
            return False
        alive_after = at - recovery
        return all(alert.until <= alive_after for alert in self.members)

    def ended_at(self) -> Seconds:
        """When the last alert of it ended, or a person resolved it, whichever was first."""
        return min(self.resolved_at, max(alert.until for alert in self.members))

    def takes(self, at: Seconds, config: ClusteringConfig) -> bool:
        """Whether another alert may join at event time `at`."""
        return (
            self.first - config.idle_gap <= at <= self.last + config.idle_gap
            and at < self.resolved_at
            and len(self.members) < config.size_cap
            and self.spans(at, config.span_cap)
            and not self.has_recovered(at, config.recovery)
        )

    def stretch(self, at: Seconds) -> None:
        """Take a firing report of `at` in."""
        self.first = min(self.first, at)
        self.last = max(self.last, at)

    def is_spent(self, clock: Seconds, config: ClusteringConfig) -> bool:
        """Whether nothing that the stream can still bring may enter, the late included."""
        horizon = clock - config.grace
        if self.last + config.idle_gap >= horizon:
            return False
        back = config.recovery + config.reentry
        return self.first + config.reentry_cap < horizon or self.ended_at() + back < horizon


class Alert:
    """One life of a fingerprint and its present bout."""

    __slots__ = ("again", "alert_id", "bout", "cluster", "first", "last", "signal_at", "until")

    def __init__(self, alert_id: str, at: Seconds, until: Seconds) -> None:
        self.alert_id = alert_id
        self.bout = 0
        self.cluster = 0
        self.first = at
        self.last = at
        self.signal_at = at
        self.until = until
        """When it ended or, while it fires, will end by silence."""
        self.again: Membership | None = None
        """The answer to another report of the same bout; kept, as it is asked for most."""

    def is_forgotten(self, clock: Seconds, config: ClusteringConfig) -> bool:
        """Whether the stream can bring nothing more that belongs to this life."""
        kept = config.recovery + config.reentry + config.grace
        return max(self.until, self.last + config.idle_gap) + kept < clock

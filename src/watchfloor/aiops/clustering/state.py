"""Alerts that live and clusters that may still take something in."""

from __future__ import annotations

from enum import IntEnum
from math import inf

from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import Membership
from watchfloor.aiops.types import Seconds


class Lane(IntEnum):
    """Who may join a cluster."""

    OPEN = 0
    DIGEST = 1
    """Chatter only."""
    LATE = 2
    """Reports only that came too late to land as if in order."""
    LIFE_SAFETY = 3
    """Nobody else, ever."""

    def gap(self, config: ClusteringConfig) -> Seconds:
        return config.digest_gap if self is Lane.DIGEST else config.idle_gap

    def span(self, config: ClusteringConfig) -> Seconds:
        return config.digest_span if self is Lane.DIGEST else config.span_cap


class Cluster:
    """One cluster, as much of it as decisions need."""

    __slots__ = (
        "acknowledged",
        "active",
        "first",
        "is_storm",
        "keys",
        "lane",
        "last",
        "members",
        "number",
        "resolved_at",
    )

    def __init__(self, number: int, at: Seconds, lane: Lane) -> None:
        self.number = number
        self.lane = lane
        self.first = at
        self.last = at
        """Of firing reports."""
        self.active = at
        """When it last took an alert in that was new to it. Repeats do not prolong it."""
        self.members: list[Alert] = []
        self.keys: dict[str, None] = {}
        self.resolved_at: Seconds = inf
        self.acknowledged = False
        self.is_storm = False

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
        gap = self.lane.gap(config)
        return (
            self.first - gap <= at <= self.active + gap
            and at < self.resolved_at
            and len(self.members) < config.size_cap
            and self.spans(at, self.lane.span(config))
            and not self.has_recovered(at, config.recovery)
        )

    def gap(self, at: Seconds) -> Seconds:
        """Seconds between `at` and the time in which the cluster took alerts in."""
        return max(self.first - at, at - self.active, 0.0)

    def stretch(self, at: Seconds) -> None:
        """Take a firing report of `at` in."""
        self.first = min(self.first, at)
        self.last = max(self.last, at)

    def is_spent(self, clock: Seconds, config: ClusteringConfig) -> bool:
        """Whether nothing that the stream can still bring may enter, the late included."""
        horizon = clock - config.grace
        if self.last + self.lane.gap(config) >= horizon:
            return False
        back = config.recovery + config.reentry
        return self.first + config.reentry_cap < horizon or self.ended_at() + back < horizon


class Alert:
    """One life of a fingerprint and its present bout."""

    __slots__ = (
        "again",
        "alert_id",
        "bout",
        "bouts",
        "cluster",
        "first",
        "is_astray",
        "last",
        "told_at",
        "until",
    )

    def __init__(self, alert_id: str, at: Seconds) -> None:
        self.alert_id = alert_id
        self.bouts = 0
        self.bout = 0
        self.cluster = 0
        self.first = at
        self.last = at
        """Of the firing reports of the present bout."""
        self.told_at: Seconds = -inf
        """Event time of the report that `until` is from."""
        self.until: Seconds = -inf
        """When it ended or, while it fires, will end by silence."""
        self.is_astray = False
        """The last report was a straggler from before the present bout, placed elsewhere."""
        self.again: Membership | None = None
        """The answer to another report of the same bout; kept, as it is asked for most."""

    def stretch(self, at: Seconds) -> None:
        """Take a firing report of `at` into the present bout."""
        self.first = min(self.first, at)
        self.last = max(self.last, at)

    def hear(self, at: Seconds, until: Seconds) -> None:
        """Note when it ends by what a sender says at `at`, unless something newer was heard."""
        if at >= self.told_at:
            self.told_at, self.until = at, until

    def keep(self, until: Seconds) -> None:
        """Put off the silence that ends it, if it still fires."""
        if self.until > self.told_at:
            self.until = max(self.until, until)

    def is_forgotten(self, clock: Seconds, config: ClusteringConfig) -> bool:
        """Whether the stream can bring nothing more that belongs to this life."""
        kept = config.recovery + config.reentry + config.grace
        return max(self.until, self.last + config.idle_gap) + kept < clock

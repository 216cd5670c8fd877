"""Alerts that live and clusters that may still take something in."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from math import inf

import msgspec

from watchfloor.aiops.clustering.config import ClusteringConfig
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


class Cluster(msgspec.Struct, array_like=True, gc=False):
    """One cluster, as much of it as decisions need. `first` and `last` are of firing reports."""

    number: int
    lane: Lane
    first: Seconds
    last: Seconds
    active: Seconds
    """When it last took an alert in that was new to it. Repeats do not prolong it."""
    members: list[str]
    """Ids of its alerts."""
    keys: tuple[str, ...] = ()
    """Under which it is found; none once it takes nobody in any more."""
    resolved_at: Seconds = inf
    acknowledged: bool = False
    is_storm: bool = False
    sites: tuple[str, ...] = ()
    """Where its alerts are."""
    signal: tuple[str, str] | None = None
    """Type and entity, while all alerts of it are of one signal."""
    witness: str = ""
    """The alert by which it was last seen to be alive: looked at first."""

    def add(self, alert_id: str) -> None:
        """Take in an alert that is new to it."""
        if self.members:
            self.members.append(alert_id)
        else:
            self.members = [alert_id]  # for one alone: appending would make room for four

    def spans(self, at: Seconds, cap: Seconds) -> bool:
        """Whether the cluster stays within `cap` when it takes something at `at`."""
        return max(self.last, at) - min(self.first, at) <= cap

    def has_recovered(self, at: Seconds, alerts: Alerts, recovery: Seconds) -> bool:
        """Whether every alert of it had ended `recovery` seconds before `at`."""
        if self.acknowledged:
            return False
        witness = alerts.get(self.witness)
        if witness is not None and not witness.is_over(at, recovery):
            return False
        for member in self.members:
            alert = alerts.get(member)
            if alert is not None and not alert.is_over(at, recovery):
                self.witness = member
                return False
        return True

    def ended_at(self, alerts: Alerts) -> Seconds:
        """When the last alert of it ended, or a person resolved it, whichever was first."""
        known = (alerts[member].until for member in self.members if member in alerts)
        return min(self.resolved_at, max(known, default=-inf))

    def swallow(self, other: Cluster) -> None:
        """Take in what another one holds."""
        known = set(self.members)
        self.members.extend(member for member in other.members if member not in known)
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)
        self.active = max(self.active, other.active)
        self.acknowledged |= other.acknowledged
        self.is_storm |= other.is_storm
        self.sites = (*self.sites, *[site for site in other.sites if site not in self.sites])
        if self.signal != other.signal:
            self.signal = None

    def holds(self, at: Seconds, alerts: Alerts, config: ClusteringConfig) -> bool:
        """Whether its fault is still there at `at`: something of it has not ended."""
        return (
            self.lane is Lane.OPEN
            and self.first - config.idle_gap <= at < self.resolved_at
            and len(self.members) < config.size_cap
            and self.spans(at, config.reentry_cap)
            and not self.has_recovered(at, alerts, config.recovery)
        )

    def takes(self, at: Seconds, alerts: Alerts, config: ClusteringConfig) -> bool:
        """Whether another alert may join at event time `at`."""
        gap = self.lane.gap(config)
        return (
            self.first - gap <= at <= self.active + gap
            and at < self.resolved_at
            and len(self.members) < config.size_cap
            and self.spans(at, self.lane.span(config))
            and not self.has_recovered(at, alerts, config.recovery)
        )

    def is_closed(self, clock: Seconds, config: ClusteringConfig) -> bool:
        """Whether it takes nobody in any more, the late included."""
        return self.active + self.lane.gap(config) < clock - config.grace

    def gap(self, at: Seconds) -> Seconds:
        """Seconds between `at` and the time in which the cluster took alerts in."""
        return max(self.first - at, at - self.active, 0.0)

    def stretch(self, at: Seconds) -> None:
        """Take a firing report of `at` in."""
        self.first = min(self.first, at)
        self.last = max(self.last, at)

    def is_spent(self, clock: Seconds, alerts: Alerts, config: ClusteringConfig) -> bool:
        """Whether it is closed and no alert of it can come back either."""
        horizon = clock - config.grace
        if self.last + self.lane.gap(config) >= horizon:
            return False
        if self.first + config.reentry_cap < horizon:
            return True
        back = config.recovery + config.reentry
        settles = (alerts[member].settles_at for member in self.members if member in alerts)
        return max((self.ended_at(alerts), *settles)) + back < horizon


class Alert(msgspec.Struct, array_like=True, gc=False):
    """One life of a fingerprint and its present bout."""

    alert_id: str
    first: Seconds
    last: Seconds
    """Of the firing reports of the present bout."""
    bouts: int = 0
    bout: int = 0
    cluster: int = 0
    told_at: Seconds = -inf
    """Event time of the report that `until` is from."""
    until: Seconds = -inf
    """When it ended or, while it fires, will end by silence."""
    is_astray: bool = False
    """The last report was a straggler from before the present bout, placed elsewhere."""
    settles_at: Seconds = -inf
    """When its end is believed, as it kept coming back before."""

    def stretch(self, at: Seconds) -> None:
        """Take a firing report of `at` into the present bout."""
        self.first = min(self.first, at)
        self.last = max(self.last, at)

    def hear(self, at: Seconds, until: Seconds, settles_at: Seconds = -inf) -> None:
        """Note when it ends by what a sender says at `at`, unless something newer was heard."""
        if at >= self.told_at:
            self.told_at, self.until, self.settles_at = at, until, settles_at

    def keep(self, until: Seconds) -> None:
        """Put off the silence that ends it, if it still fires."""
        if self.until > self.told_at:
            self.until = max(self.until, until)

    def is_forgotten(self, clock: Seconds, config: ClusteringConfig) -> bool:
        """Whether the stream can bring nothing more that belongs to this life."""
        kept = config.recovery + config.reentry + config.grace
        return max(self.until, self.settles_at, self.last + config.idle_gap) + kept < clock

    def is_over(self, at: Seconds, recovery: Seconds) -> bool:
        """Whether it had ended `recovery` seconds before `at`, and that is believed."""
        return self.until <= at - recovery and self.settles_at <= at


Alerts = Mapping[str, Alert]

"""What one configuration makes of a stream: its clusters, tallied as the reports go by.

The memory is that of the clusters and of ten bytes for each report, however long the stream.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from watchfloor.aiops.clustering.features import Membership
from watchfloor.aiops.noise.stage import Weighed
from watchfloor.aiops.stream import AlertStream, Heard
from watchfloor.aiops.types import Seconds

_MOST_NAMES = 12
"""So many types and sites of a cluster are counted by name; a digest of a year has thousands."""
_NEVER: Seconds = float("inf")


class Tally(msgspec.Struct, gc=False, kw_only=True):
    """One cluster: what its opener said, and what its members add up to.

    `alerts` counts bouts: an alert that comes back after the idle gap counts once more.
    """

    number: int
    tenant: str = ""
    place: int
    """Place in the stream of the report that opened it."""
    began: Seconds
    """When it was opened; `first` may be older if a late report joined."""
    first: Seconds
    last: Seconds
    shown_at: Seconds = _NEVER
    """When somebody would have been told of it; never, if all in it is suppressed."""
    reports: int = 0
    alerts: int = 0
    severity: int = 0
    alert_type: str = ""
    thing: str = ""
    site: str = ""
    message: str = ""
    reason: str = ""
    """The feature that decided its opening."""
    types: dict[str, int] = {}
    sites: dict[str, int] = {}
    is_life_safety: bool = False
    is_late: bool = False

    @property
    def is_shown(self) -> bool:
        return self.shown_at < _NEVER

    def take_in(self, other: Tally) -> None:
        """Add a cluster that was merged into this one."""
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)
        self.shown_at = min(self.shown_at, other.shown_at)
        self.reports += other.reports
        self.alerts += other.alerts
        self.severity = max(self.severity, other.severity)
        for mine, others in ((self.types, other.types), (self.sites, other.sites)):
            for name, count in others.items():
                _count(mine, name, count)


class Bout(msgspec.Struct, frozen=True, gc=False):
    """Why one bout is where it is: kept where a page is to tell it."""

    place: int
    heard: Heard
    membership: Membership


class Noted(NamedTuple):
    """A report on which the sides disagree whether it begins an incident."""

    heard: Heard
    current: Membership
    candidate: Membership


class Side:
    """Takes the clusterer's answers down, report by report."""

    def __init__(self, *, tenant: str = "", keeps_why: bool = False) -> None:
        self.tenant = tenant
        self.clusters = array("i")
        """Of each report in order, the number of its cluster as applied."""
        self.opened = bytearray()
        """Of each report, 1 if it opened a cluster."""
        self.tallies: dict[int, Tally] = {}
        self.merged: dict[int, int] = {}
        self.bouts: list[Bout] | None = [] if keeps_why else None

    def follow(self, stream: AlertStream, heard: Heard, weighed: Weighed) -> Membership:
        """Let the stream group what was heard and weighed, and take its answer down."""
        answer = stream.group(weighed)
        self.hear(heard, answer, is_told=weighed.suppression is None)
        for alert_id in weighed.released:
            alert = stream.clusterer.alerts.get(alert_id)
            if alert is not None:
                self.release(alert.cluster, heard.now)
        return answer

    def hear(self, heard: Heard, answer: Membership, *, is_told: bool) -> Tally:
        """Take one report down, `is_told` if nothing keeps it from people; return its cluster."""
        tally = self.tallies.get(answer.cluster)
        if tally is None:
            tally = self._begin(heard, answer)
        if answer.merges:
            self.merged.update(answer.merges)
        if answer.opened_bout:
            self._enter(tally, heard, answer)
        self.clusters.append(answer.cluster)
        self.opened.append(answer.opened_cluster)
        at = heard.at
        tally.reports += 1
        if at > tally.last:
            tally.last = at
        elif at < tally.first:
            tally.first = at
        if heard.view.severity > tally.severity:
            tally.severity = int(heard.view.severity)
        if is_told and at < tally.shown_at:
            tally.shown_at = at
        return tally

    def release(self, number: int, at: Seconds) -> None:
        """Note that people are told of a cluster from `at` on."""
        tally = self.tallies.get(number)
        if tally is not None:
            tally.shown_at = min(tally.shown_at, at)

    def root(self, number: int) -> int:
        """Return the cluster that `number` ended in, by the declared merges."""
        while number in self.merged:
            number = self.merged[number]
        return number

    def ended(self) -> dict[int, Tally]:
        """Return the clusters after all declared merges, by number."""
        whole = {number: one for number, one in self.tallies.items() if number not in self.merged}
        for number in self.merged:
            part, into = self.tallies.get(number), whole.get(self.root(number))
            if part is not None and into is not None:
                into.take_in(part)
        return whole

    def _begin(self, heard: Heard, answer: Membership) -> Tally:
        view = heard.view
        tally = self.tallies[answer.cluster] = Tally(
            number=answer.cluster,
            tenant=self.tenant,
            place=len(self.clusters),
            began=heard.at,
            first=heard.at,
            last=heard.at,
            alert_type=view.alert_type,
            thing=view.entity,
            site=view.site,
            message=view.message,
            reason=answer.features[0][0] if answer.features else "",
            types={},
            sites={},
            is_life_safety=view.is_life_safety,
            is_late=answer.is_late,
        )
        return tally

    def _enter(self, tally: Tally, heard: Heard, answer: Membership) -> None:
        tally.alerts += 1
        _count(tally.types, heard.view.alert_type)
        _count(tally.sites, heard.view.site)
        if self.bouts is not None:
            self.bouts.append(Bout(len(self.clusters), heard, answer))


def tallies_of(sides: Iterable[Side]) -> list[Tally]:
    """Return the clusters of all sides after their merges."""
    return [tally for side in sides for tally in side.ended().values()]


def _count(counts: dict[str, int], name: str, by: int = 1) -> None:
    if name and (name in counts or len(counts) < _MOST_NAMES):
        counts[name] = counts.get(name, 0) + by

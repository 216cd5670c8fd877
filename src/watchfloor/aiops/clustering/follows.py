"""What follows what: how much more often a type comes up after another one than by itself.

Order in time counts: "B after A" is not "A after B". Learned as it comes, from every two onsets of
things of which one is or holds the other, over all sites of the tenant. What was never seen to
follow has no weight, and no two are held apart for want of a history.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping

import msgspec

from watchfloor.aiops.clustering.config import DAY, HOUR, MINUTE
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.few import Few, number_of, with_more
from watchfloor.aiops.types import Seconds

_LAGS: tuple[Seconds, ...] = (5 * MINUTE, 20 * MINUTE, HOUR, 4 * HOUR)
"""Upper ends of the spans of time after A in which B is looked for."""
_WIDTHS = tuple(end - begin for begin, end in zip((0.0, *_LAGS), _LAGS, strict=False))
_DOUBT = 3.0
"""So many onsets of A, followed by B no more than by chance, are assumed beforehand."""
_ONSETS = 24
"""Onsets kept for a site."""
_PRIOR: Seconds = 3 * DAY
"""A site is held for as busy as the others until it was watched for about so long."""


class Before(msgspec.Struct, array_like=True, gc=False):
    """An onset that others may follow."""

    at: Seconds
    alert_type: str
    cluster: int
    entity: str


class SiteOnsets(msgspec.Struct, array_like=True, gc=False):
    """What came up at a site of late, and by type how often something came up by itself."""

    recent: tuple[Before, ...] = ()
    alone: Few = None
    merges: int = 0
    """How many merges `recent` has followed."""

    def leading_to(self, report: ReportView) -> list[Before]:
        """Return what the report may follow, the newest first.

        That is early enough, and one of the two things is or holds the other.
        """
        entity, holder, at = report.entity, report.site, report.at
        holds_all = entity == holder
        return [
            one
            for one in reversed(self.recent)
            if 0.0 <= at - one.at <= _LAGS[-1] and (holds_all or one.entity in (entity, holder))
        ]


class Follows(msgspec.Struct, array_like=True, gc=False):
    """What a tenant's types follow."""

    began: Seconds = 0.0
    sites: dict[str, SiteOnsets] = msgspec.field(default_factory=dict)
    told: dict[str, float] = msgspec.field(default_factory=dict)
    """Onsets by type."""
    alone: dict[str, float] = msgspec.field(default_factory=dict)
    """Onsets by type that nothing explained."""
    pairs: dict[tuple[str, str], list[float]] = msgspec.field(default_factory=dict)
    """By type before and type after, how often it followed, for each lag."""

    def chance(self, alert_type: str, spot: str, at: Seconds) -> float:
        """Return how many onsets of the type a second come up at a site by themselves."""
        watched = max(at - self.began, 0.0) + DAY
        everywhere = self.alone.get(alert_type, 0.0) + 0.5
        ordinary = everywhere / (watched * max(len(self.sites), 1))
        site = self.sites.get(spot)
        own = number_of(site.alone, alert_type) if site else 0.0
        return (own + ordinary * _PRIOR) / (watched + _PRIOR)

    def explained(self, report: ReportView, spot: str) -> dict[int, float]:
        """Return for each cluster at the site how likely the report follows from it."""
        site = self.sites.get(spot)
        if site is None:
            return {}
        return self._explained(report, spot, site.leading_to(report))

    def explained_by_others(self, report: ReportView, spot: str) -> dict[int, float]:
        """The same by other types alone: a problem that comes back does not follow from itself."""
        site = self.sites.get(spot)
        if site is None:
            return {}
        leading = site.leading_to(report)
        others = [one for one in leading if one.alert_type != report.alert_type]
        return self._explained(report, spot, others)

    def types_in(self, cluster: int, spot: str) -> set[str]:
        """Return the types that came up at a site of late as part of the cluster."""
        site = self.sites.get(spot)
        return {one.alert_type for one in site.recent if one.cluster == cluster} if site else set()

    def _explained(
        self, report: ReportView, spot: str, leading: Collection[Before]
    ) -> dict[int, float]:
        if not leading:
            return {}
        chance = self.chance(report.alert_type, spot, report.at)
        seen: set[tuple[int, str]] = set()
        drawn: dict[int, float] = {}
        for one in leading:
            if (one.cluster, one.alert_type) in seen:
                continue
            seen.add((one.cluster, one.alert_type))
            more = self._lift(one, report, chance)
            if more > 0.0:
                drawn[one.cluster] = drawn.get(one.cluster, 0.0) + more
        total = chance + sum(drawn.values())
        return {cluster: more / total for cluster, more in drawn.items()}

    def note(self, report: ReportView, spot: str, cluster: int) -> None:
        """Take an onset in that went to a cluster."""
        kind = report.alert_type
        if not self.sites:
            self.began = report.at
        site = self.sites.get(spot)
        leading = [] if site is None else site.leading_to(report)
        alone = 1.0 - sum(self._explained(report, spot, leading).values()) if leading else 1.0
        if site is None:
            site = self.sites[spot] = SiteOnsets()
        types: set[str] = set()
        for one in leading:
            if one.alert_type not in types:
                types.add(one.alert_type)
                counts = self.pairs.setdefault((one.alert_type, kind), [0.0] * len(_LAGS))
                counts[bisect_left(_LAGS, report.at - one.at)] += 1.0
        self.told[kind] = self.told.get(kind, 0.0) + 1.0
        self.alone[kind] = self.alone.get(kind, 0.0) + alone
        site.alone = with_more(site.alone, kind, alone)
        onset = Before(report.at, kind, cluster, report.entity)
        site.recent = (*site.recent[1 - _ONSETS :], onset)

    def follow(self, spot: str, merged: Mapping[int, int], merges: int) -> None:
        """Follow merges at a site."""
        site = self.sites.get(spot)
        if site is None or site.merges == merges:
            return
        site.merges = merges
        for one in site.recent:
            one.cluster = merged.get(one.cluster, one.cluster)

    def forget_before(self, since: Seconds) -> None:
        """Keep the sites that were heard of since; what follows what is kept for good."""
        self.sites = {name: s for name, s in self.sites.items() if s.recent[-1].at >= since}

    def _lift(self, one: Before, report: ReportView, chance: float) -> float:
        """How many onsets a second it brings about beyond chance, at this lag."""
        counts = self.pairs.get((one.alert_type, report.alert_type))
        if counts is None:
            return 0.0
        lag = bisect_left(_LAGS, report.at - one.at)
        width = _WIDTHS[lag]
        # The first time counts for nothing: one coincidence must not explain the next.
        seen = max(counts[lag] - 1.0, 0.0) + _DOUBT * chance * width
        told = self.told.get(one.alert_type, 0.0) + _DOUBT
        return seen / (told * width) - chance

"""When a failure domain is in a storm: its entities surprise, together, far beyond their noise."""

from __future__ import annotations

from functools import lru_cache
from math import inf, sqrt

import msgspec

from watchfloor.aiops.clustering.background import WINDOW
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.few import Few, number_of, sum_of, with_number
from watchfloor.aiops.types import Seconds

_LEARN = 0.01
"""Weight of one window in the ordinary level of a domain."""
_SIGMAS = 6.0


def failure_domains(report: ReportView) -> tuple[str, ...]:
    """Return what can fail as one around the report, nearest first.

    The client is left out: things of one client share a contract, not a cable. The site is in
    even if the inventory does not know it.
    """
    if not report.domains:
        return (report.site,) if report.site else ()
    return _failure_domains(report.domains, report.site, report.client)


@lru_cache(maxsize=16_384)
def _failure_domains(domains: tuple[str, ...], site: str, client: str) -> tuple[str, ...]:
    found = [domain for domain in domains if not is_named(domain, client)]
    if site and not any(is_named(domain, site) for domain in found):
        found.append(site)
    return tuple(found)


def is_named(domain: str, name: str) -> bool:
    return bool(name) and (domain == name or domain.endswith(":" + name))


class DomainWeather(msgspec.Struct, array_like=True, gc=False):
    """What surprised in one failure domain in the present window and the one before."""

    window: int = -1
    now: Few = None
    """Entity to the surprise of its most surprising signal."""
    before: Few = None
    total: float = 0.0
    mean: float = 0.0
    var: float = 0.0
    inner_now: float = 0.0
    inner_before: float = 0.0
    """The largest sum of any narrower domain inside, by window."""
    cluster: int = 0
    """The storm's cluster; 0 while none is opened."""
    began_at: Seconds = -inf
    """When the last storm was first seen."""
    stormy_at: Seconds = -inf
    """When it last surprised enough for a storm."""

    def note(self, entity: str, surprise: float, window: int, ceiling: float) -> float:
        """Take a surprise in and return the sum over entities of two windows."""
        if window > self.window:
            self._turn(window, ceiling)
        known = number_of(self.now, entity)
        if surprise > known:
            self.now = with_number(self.now, entity, surprise)
            self.total += max(0.0, surprise - max(known, number_of(self.before, entity)))
        return self.total

    def holds(self, narrower: float) -> None:
        """Note the sum of a domain inside."""
        if narrower > self.inner_now:
            self.inner_now = narrower

    def outside(self) -> float:
        """How much of the sum no single narrower domain accounts for."""
        return self.total - max(self.inner_now, self.inner_before)

    def level(self, config: ClusteringConfig) -> float:
        """Return what makes a storm here: more for a domain that is never quiet."""
        return max(config.storm_surprise, self.mean + _SIGMAS * sqrt(self.var))

    def is_on(self, at: Seconds, config: ClusteringConfig) -> bool:
        return self.began_at - 2 * WINDOW <= at <= self.stormy_at + config.storm_hold

    def is_storm(self, at: Seconds, config: ClusteringConfig) -> bool:
        """Whether the sum makes a storm here, and that of no narrower domain alone."""
        is_wide = self.outside() >= config.storm_width or self.is_on(at, config)
        return is_wide and self.total >= self.level(config)

    def blow(self, at: Seconds, config: ClusteringConfig) -> None:
        """Note that it surprises enough now; a storm that was over is followed by a new one."""
        if not self.is_on(at, config):
            self.cluster, self.began_at = 0, at
        self.stormy_at = max(self.stormy_at, at)

    def _turn(self, window: int, ceiling: float) -> None:
        if self.window >= 0:
            off = min(self.total, ceiling) - self.mean
            self.mean += _LEARN * off
            self.var += _LEARN * (off * off - self.var)
        is_next = window == self.window + 1
        self.before = self.now if is_next else None
        self.inner_before = self.inner_now if is_next else 0.0
        self.inner_now = 0.0
        self.now = None
        self.total = sum_of(self.before)
        self.window = window


class Weather:
    """The failure domains of a tenant by name."""

    def __init__(self, domains: dict[str, DomainWeather]) -> None:
        self.domains = domains

    def note(
        self, report: ReportView, surprise: float, window: int, config: ClusteringConfig
    ) -> None:
        """Take the surprise of a report in, in every domain that it lies in."""
        narrower = 0.0
        for name in failure_domains(report):
            domain = self.domains.get(name)
            if domain is None:
                domain = self.domains[name] = DomainWeather()
            total = domain.note(report.entity, surprise, window, config.storm_surprise)
            domain.holds(narrower)
            if total >= config.storm_surprise and domain.is_storm(report.at, config):
                domain.blow(report.at, config)
            narrower = max(narrower, total)

    def storm(
        self, report: ReportView, config: ClusteringConfig
    ) -> tuple[str, DomainWeather] | None:
        """Return the widest domain of the report that is in a storm."""
        for name in reversed(failure_domains(report)):
            domain = self.domains.get(name)
            if domain is not None and domain.is_on(report.at, config):
                return name, domain
        return None

    def was_on(self, report: ReportView, at: Seconds, config: ClusteringConfig) -> bool:
        """Whether the last storm around the report had begun, seen or not yet, by that time."""
        return any(
            name in self.domains and self.domains[name].is_on(at, config)
            for name in failure_domains(report)
        )

    def forget_before(self, window: int) -> None:
        """Keep only the domains that were heard of since."""
        self.domains = {name: one for name, one in self.domains.items() if one.window >= window}

"""Which sites lie in which failure domains, and in which of them a fault is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log

from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.storms import failure_domains, is_named


class Estate:
    """The sites of a tenant that were heard of, each with the domains that are wider than it."""

    def __init__(self, sites: dict[str, tuple[str, ...]]) -> None:
        self.sites = sites
        self._sizes = Counter(name for names in sites.values() for name in names)

    def note(self, report: ReportView) -> None:
        """Keep where the report's site lies."""
        names, before = _shared(report), self.sites.get(report.site)
        if report.site and names != before:
            self._sizes.subtract(before or ())
            self._sizes.update(names)
            self.sites[report.site] = names

    def is_elsewhere(self, hit: Sequence[str], site: str, config: ClusteringConfig) -> bool:
        """Whether what hit these sites is in a domain that the site is not in.

        The domain in which it would be the least coincidence that just these were hit explains it;
        one in twenty may lie outside all the same, and chances below that decide.
        """
        if site in hit or len(hit) < 3:
            return False
        here = self.sites.get(site, ())
        inside = Counter(name for one in hit for name in self.sites.get(one, ()))
        near = far = 0.0
        for name, count in inside.items():
            weight = self._weight(name, count, len(hit), config.coincidence)
            if name in here:
                near = max(near, weight)
            else:
                far = max(far, weight)
        return far - near >= -log(config.coincidence)

    def _weight(self, name: str, inside: int, hit: int, leak: float) -> float:
        """How much better the domain explains the sites hit than the whole estate does, in nats.

        The first site says nothing: some domain had to be the one.
        """
        share = self._sizes[name] / len(self.sites)
        if share >= 1.0 - leak:
            return 0.0
        outside = (hit - inside) * log(leak / (1.0 - share))
        return (inside - 1) * log((1.0 - leak) / share) + outside


def _shared(report: ReportView) -> tuple[str, ...]:
    """The domains around the report that are wider than its site, and its client.

    A contract does not fail as one, but things of one contract are often treated as one.
    """
    names = failure_domains(report)
    at = next((n for n, name in enumerate(names) if is_named(name, report.site)), len(names))
    client = (f"client {report.client}",) if report.client else ()
    return (*names[at + 1 :], *client)

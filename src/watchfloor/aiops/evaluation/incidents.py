"""How well clusters stand for incidents where every report has one, or is noise of its own.

Each noise report counts as an incident by itself, so lumping noise together is no virtue either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from watchfloor.aiops.errors import ShapeError
from watchfloor.aiops.evaluation.agreement import adjusted_rand


@dataclass(frozen=True, slots=True)
class IncidentReport:
    reports: int
    clusters: int
    incidents: int
    """Noise not counted."""
    ari: float
    hidden: tuple[str, ...]
    """Incidents whose best cluster is another's as well, and more of that other."""
    clusters_per_incident: float
    cut: float
    perfect_cut: float
    """What a grouping that is right in everything would cut."""

    @property
    def hidden_share(self) -> float:
        return len(self.hidden) / self.incidents if self.incidents else 0.0

    @property
    def points_from_perfect(self) -> float:
        """Percentage points between the cut and the perfect one, in either direction."""
        return 100 * abs(self.cut - self.perfect_cut)


def evaluate_incidents(incidents: Sequence[str], clusters: Sequence[str]) -> IncidentReport:
    """Score clusters against incidents, both in order of the reports; "" is noise.

    Raises: ShapeError if the two are of different lengths, or empty.
    """
    if len(incidents) != len(clusters) or not incidents:
        raise ShapeError(f"{len(incidents)} incidents for {len(clusters)} reports")
    pairs = Counter(zip(incidents, clusters, strict=True))
    true = {pair: count for pair, count in pairs.items() if pair[0]}
    names = {incident for incident, _ in true}
    labels = [name or f"\0noise-{number}" for number, name in enumerate(incidents)]
    return IncidentReport(
        reports=len(incidents),
        clusters=len(set(clusters)),
        incidents=len(names),
        ari=adjusted_rand(labels, clusters),
        hidden=_hidden(true),
        clusters_per_incident=len(true) / len(names) if names else 0.0,
        cut=1 - len(set(clusters)) / len(incidents),
        perfect_cut=1 - len(set(labels)) / len(incidents),
    )


def _hidden(pairs: dict[tuple[str, str], int]) -> tuple[str, ...]:
    """Return incidents that stand behind another one in the cluster that holds most of them."""
    best: dict[str, tuple[int, str]] = {}
    for (incident, cluster), count in pairs.items():
        best[incident] = max(best.get(incident, (0, "")), (count, cluster))
    shown: dict[str, tuple[int, str]] = {}
    for incident, (count, cluster) in best.items():
        shown[cluster] = max(shown.get(cluster, (0, "")), (count, incident))
    return tuple(sorted(best.keys() - {incident for _, incident in shown.values()}))

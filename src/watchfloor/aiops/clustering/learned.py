"""A learned link model as an adviser of the rules: it may only join what they would open anew.

It never vetoes, never speaks of life safety, late reports, chatter or storms, and joins nothing
that is resolved or at its caps. What it says is a probability that was calibrated on later data;
below its threshold it keeps silent.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from watchfloor.aiops.clustering.background import SignalPast
from watchfloor.aiops.clustering.candidates import Candidate, Decision
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.link import Row, Weights
from watchfloor.aiops.clustering.memory import Memory
from watchfloor.aiops.clustering.pairs import RULES_SCORE, SCHEMA, Pairs, candidates
from watchfloor.aiops.clustering.state import Lane
from watchfloor.aiops.ml.artifact import Artifact
from watchfloor.aiops.ml.trees import Trees

ADVISER = "adviser"
"""Who decided, and the feature that weighs what is held likely beforehand."""
REST = "all_else"
_SHOWN = 6
_DIGITS = 4
"""Probabilities are rounded so far, that machines which differ in the last bit decide alike."""


class RuleModel:
    """What the rules say of the same rows: as an adviser, it knows nothing that they do not."""

    def __init__(self, config: ClusteringConfig = ClusteringConfig()) -> None:
        self.threshold = config.threshold

    def probabilities(self, rows: Sequence[Row]) -> list[float]:
        return [min(max(row[RULES_SCORE], 0.0), 1.0) for row in rows]

    def why(self, row: Row) -> Weights:
        return ((SCHEMA.names[RULES_SCORE], self.probabilities([row])[0]),)


class LearnedModel:
    """Boosted trees with their calibration."""

    def __init__(self, artifact: Artifact) -> None:
        self.threshold = artifact.card.threshold
        self._calibration = artifact.card.calibration
        self._trees = Trees(artifact.trees)

    def probabilities(self, rows: Sequence[Row]) -> list[float]:
        return [self._probability(margin) for margin in self._trees.margins(rows)]

    def why(self, row: Row) -> Weights:
        """Return each feature's part in the probability: they add up to it.

        Contributions add up to the margin; each gets as much of the step from the probability
        beforehand as it has of the step from the margin beforehand.
        """
        *parts, before = self._trees.contributions(row)
        first, last = self._probability(before), self._probability(before + sum(parts))
        step = (last - first) / sum(parts) if sum(parts) else 0.0
        weights = sorted(
            ((name, part * step) for name, part in zip(SCHEMA.names, parts, strict=True)),
            key=lambda weight: -abs(weight[1]),
        )
        rest = sum(weight for _, weight in weights[_SHOWN:])
        return ((ADVISER, first), *weights[:_SHOWN], (REST, rest))

    def _probability(self, margin: float) -> float:
        return round(self._calibration.probability(margin), _DIGITS)


def advised(
    decision: Decision,
    report: ReportView,
    past: SignalPast,
    memory: Memory,
    config: ClusteringConfig,
) -> Decision:
    """Return the rules' decision, or what the adviser knows where they know of nothing."""
    adviser, watcher = memory.adviser, memory.watcher
    is_asked = is_askable(decision)
    if adviser is None or not (is_asked or watcher):
        return decision
    near = decision.others if decision.joins is None else (decision.joins, *decision.others)
    found = candidates(report, near, memory, config)
    if not found:
        return decision
    rows = Pairs(report, past, memory, config).rows(found)
    if watcher is not None:
        watcher(report, found, rows, is_asked)
    if not is_asked:
        return decision
    odds = adviser.probabilities(rows)
    best = max(range(len(found)), key=lambda n: (odds[n], found[n].cluster.number))
    if odds[best] < adviser.threshold:
        return decision
    cluster = found[best].cluster
    joins = Candidate(cluster, odds[best], adviser.why(rows[best]), adviser.threshold)
    others = tuple(one for one in decision.others if one.cluster is not cluster)
    return replace(decision, joins=joins, others=others, decided_by=ADVISER)


def is_askable(decision: Decision) -> bool:
    """Whether the rules would open a cluster for want of a near one, and for nothing else."""
    return decision.joins is None and decision.lane is Lane.OPEN and not decision.reason

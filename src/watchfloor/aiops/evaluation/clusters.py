"""How good a grouping is, read together: F1, cut, buried and hidden. No single one can be trusted.

Each distinct signal (host, type, five minutes) weighs one, so that a storm of identical reports
decides nothing. Merging or separating the steps of one campaign costs nothing; mixing campaigns or
noise, or scattering a step, does. A report without step that is not noise is ambiguous: it counts
for the cut, never for quality.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from watchfloor.aiops.errors import ShapeError
from watchfloor.aiops.evaluation.agreement import adjusted_rand
from watchfloor.aiops.types import Seconds

CELL: Seconds = 300.0
DAY: Seconds = 86_400.0
QUIET: Seconds = 1800.0
"""A gap over this begins a new alert for plain de-duplication."""
LEAST_REPORTS = 3
"""Smaller incidents stay out of the means and of the major hidden ones."""

_NOISE = "\0noise"


@dataclass(frozen=True, slots=True)
class Truth:
    """What a report really was."""

    at: Seconds
    host: str
    type: str
    step: str = ""
    campaign: str = ""
    is_noise: bool = False


@dataclass(frozen=True, slots=True)
class GroupingReport:
    """Shares in [0, 1] unless said otherwise."""

    reports: int
    clusters: int
    dedupe_clusters: int
    """What an exact de-duplication with a quiet gap would leave."""
    precision: float
    """Against campaigns; noise in a cluster counts against it."""
    recall: float
    """Against steps."""
    f1_tol: float
    cut: float
    """What grouping adds over de-duplication; below 0 when it adds clusters."""
    u: float
    """Harmonic mean of `f1_tol` and `cut`: neither lumping nor splitting all wins it."""
    buried: float
    """Weight of true reports that lie in clusters of mostly noise."""
    hidden_steps: tuple[str, ...]
    """Steps, and campaigns, that are the largest content of no cluster: nobody would see them."""
    hidden_campaigns: tuple[str, ...]
    hidden_major_steps: int
    hidden_major_campaigns: int
    largest_share: float
    """Of all reports in the largest cluster."""
    longest_span: Seconds
    unassigned: int = 0
    """Reports without a cluster; each is counted as one of its own."""
    noise_tickets_per_day: float = 0.0
    """Clusters without any report of a step: what is opened for nothing."""
    ari: float = 0.0
    """Adjusted Rand index against steps, reports of steps only, each weighing one."""


@dataclass(slots=True)
class _Cluster:
    reports: int = 0
    first: Seconds = float("inf")
    last: Seconds = float("-inf")
    weight: dict[str, dict[str, float]] = field(
        default_factory=lambda: {"step": {}, "campaign": {}}
    )
    """Per level: label (or noise) to weight."""


def evaluate(truth: Sequence[Truth], clusters: Sequence[str | int | None]) -> GroupingReport:
    """Return how well the clusters, one for each report in the same order, tell the truth.

    A report whose cluster is None was given none.
    Raises: ShapeError if the two are of different lengths, or empty.
    """
    if len(truth) != len(clusters) or not truth:
        raise ShapeError(f"{len(truth)} truths for {len(clusters)} reports")
    named = [f"\0alone-{n}" if c is None else c for n, c in enumerate(clusters)]
    grouped = _group(truth, named, _weights(truth))
    sizes = {level: _sizes(truth, level) for level in ("step", "campaign")}
    precision = _mean(_precision(grouped, "campaign"), sizes["campaign"])
    recall = _mean(_recall(grouped, "step"), sizes["step"])
    f1 = _harmonic(precision, recall)
    deduped = dedupe_count(truth)
    cut = 1.0 - len(grouped) / deduped
    hidden = {level: _hidden(grouped, level, sizes[level]) for level in sizes}
    return GroupingReport(
        reports=len(truth),
        clusters=len(grouped),
        dedupe_clusters=deduped,
        precision=precision,
        recall=recall,
        f1_tol=f1,
        cut=cut,
        u=_harmonic(f1, max(0.0, cut)),
        buried=_buried(grouped),
        hidden_steps=hidden["step"],
        hidden_campaigns=hidden["campaign"],
        hidden_major_steps=_major(hidden["step"], sizes["step"]),
        hidden_major_campaigns=_major(hidden["campaign"], sizes["campaign"]),
        largest_share=max(cluster.reports for cluster in grouped) / len(truth),
        longest_span=max(cluster.last - cluster.first for cluster in grouped),
        unassigned=sum(cluster is None for cluster in clusters),
        noise_tickets_per_day=_noise_tickets(grouped) / _days(truth),
        ari=_ari(truth, named),
    )


def dedupe_count(truth: Iterable[Truth]) -> int:
    """Return how many alerts an exact de-duplication with a quiet gap would leave."""
    last: dict[tuple[str, str], Seconds] = {}
    count = 0
    for one in sorted(truth, key=lambda one: one.at):
        key = (one.host, one.type)
        count += key not in last or one.at - last[key] > QUIET
        last[key] = one.at
    return count


def _weights(truth: Sequence[Truth]) -> list[float]:
    cells = [(one.host, one.type, one.at // CELL) for one in truth]
    sizes = Counter(cells)
    return [1.0 / sizes[cell] for cell in cells]


def _group(
    truth: Sequence[Truth], clusters: Sequence[str | int], weights: Sequence[float]
) -> list[_Cluster]:
    found: defaultdict[str | int, _Cluster] = defaultdict(_Cluster)
    for one, name, weight in zip(truth, clusters, weights, strict=True):
        cluster = found[name]
        cluster.reports += 1
        cluster.first, cluster.last = min(cluster.first, one.at), max(cluster.last, one.at)
        for level, label in (("step", one.step), ("campaign", one.campaign)):
            content = label or (_NOISE if one.is_noise else "")
            if content:
                shares = cluster.weight[level]
                shares[content] = shares.get(content, 0.0) + weight
    return list(found.values())


def _sizes(truth: Iterable[Truth], level: str) -> Counter[str]:
    labels = (one.step if level == "step" else one.campaign for one in truth)
    return Counter(label for label in labels if label)


def _precision(grouped: Iterable[_Cluster], level: str) -> dict[str, float]:
    """By label: how much of the clusters it lies in is its own, by weight."""
    own: defaultdict[str, float] = defaultdict(float)
    total: defaultdict[str, float] = defaultdict(float)
    for cluster in grouped:
        shares = cluster.weight[level]
        whole = sum(shares.values())
        for label, weight in shares.items():
            own[label] += weight * weight / whole
            total[label] += weight
    return {label: own[label] / total[label] for label in own}


def _recall(grouped: Iterable[_Cluster], level: str) -> dict[str, float]:
    """By label: how much of it lies together, by weight."""
    together: defaultdict[str, float] = defaultdict(float)
    total: defaultdict[str, float] = defaultdict(float)
    for cluster in grouped:
        for label, weight in cluster.weight[level].items():
            together[label] += weight * weight
            total[label] += weight
    return {label: together[label] / total[label] ** 2 for label in together}


def _mean(by_label: Mapping[str, float], sizes: Mapping[str, int]) -> float:
    """The mean over incidents that are large enough; over all where none is."""
    large = [label for label, size in sizes.items() if size >= LEAST_REPORTS] or list(sizes)
    return sum(by_label[label] for label in large) / len(large) if large else 0.0


def _hidden(grouped: Iterable[_Cluster], level: str, sizes: Mapping[str, int]) -> tuple[str, ...]:
    """Labels that no cluster holds the most of; of equals the first in order is what is seen."""
    shown = {
        max(sorted(cluster.weight[level]), key=cluster.weight[level].__getitem__)
        for cluster in grouped
        if cluster.weight[level]
    }
    return tuple(sorted(set(sizes) - shown))


def _buried(grouped: Iterable[_Cluster]) -> float:
    buried = total = 0.0
    for cluster in grouped:
        shares = cluster.weight["step"]
        noise = shares.get(_NOISE, 0.0)
        true = sum(shares.values()) - noise
        total += true
        largest = max((weight for label, weight in shares.items() if label != _NOISE), default=0.0)
        buried += true if noise >= largest and noise > 0.0 else 0.0
    return buried / total if total else 0.0


def _noise_tickets(grouped: Iterable[_Cluster]) -> int:
    return sum(not cluster.weight["step"].keys() - {_NOISE} for cluster in grouped)


def _days(truth: Sequence[Truth]) -> float:
    times = [one.at for one in truth]
    return max((max(times) - min(times)) / DAY, 1e-9)


def _ari(truth: Sequence[Truth], clusters: Sequence[str | int]) -> float:
    true = [(one.step, name) for one, name in zip(truth, clusters, strict=True) if one.step]
    return adjusted_rand([step for step, _ in true], [name for _, name in true])


def _major(hidden: Iterable[str], sizes: Mapping[str, int]) -> int:
    return sum(sizes[label] >= LEAST_REPORTS for label in hidden)


def _harmonic(a: float, b: float) -> float:
    return 2.0 * a * b / (a + b) if a + b > 0.0 else 0.0

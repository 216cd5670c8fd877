"""What a link model is taught: pairs as the adviser would have met them, and what they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from watchfloor.aiops.clustering.candidates import Candidate
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.link import Row
from watchfloor.aiops.clustering.pairs import SCHEMA
from watchfloor.aiops.types import Seconds

NOISE = ""
"""The label of what was nothing."""
_MEMBERS = 8
"""Newest alerts of a cluster by which it is labelled."""
_MOSTLY = 2 / 3
_PLACES = tuple(SCHEMA.names.index(name) for name in ("same_thing", "same_site"))
_NOTHINGS = 0.5
"""Weight of two nothings at one place."""
_ASIDE = 0.3
"""Weight of what the adviser would not have been asked."""


class LabelledPair(msgspec.Struct, frozen=True, gc=False):
    """Two alerts that belong together or do not, by a person's word or by what became of them."""

    one: str
    other: str
    together: bool
    weight: float = 1.0


class Asked(msgspec.Struct, frozen=True, gc=False):
    """A new bout beside a cluster that it could have joined, as both were then."""

    at: Seconds
    alert: str
    report: str
    members: tuple[tuple[str, str], ...]
    """Alerts of the cluster, each with the report by which its bout began."""
    row: Row
    is_asked: bool
    """Whether the rules would have opened a cluster, so that the adviser may speak."""


class Example(msgspec.Struct, frozen=True, gc=False):
    at: Seconds
    report: str
    row: Row
    label: bool
    weight: float
    is_asked: bool


class Notebook:
    """Writes down what an adviser is asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._begun: dict[str, str] = {}

    def begin(self, report: ReportView) -> None:
        """Note the report by which a bout begins."""
        self._begun[report.alert_id] = report.report_id

    def look(
        self,
        report: ReportView,
        found: Sequence[Candidate],
        rows: Sequence[Row],
        is_asked: bool,
    ) -> None:
        """Note what is near a new bout."""
        for candidate, row in zip(found, rows, strict=True):
            newest = candidate.cluster.members[-_MEMBERS:]
            members = tuple((member, self._begun.get(member, "")) for member in newest)
            self.asked.append(
                Asked(report.at, report.alert_id, report.report_id, members, row, is_asked)
            )


class Labels:
    """What alerts, or single reports of them, really were: the name of an incident, or `NOISE`."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """`names` is by alert id or report id; a report's own goes first."""
        self._names = names

    def of(self, alert: str, report: str) -> str | None:
        name = self._names.get(report)
        return self._names.get(alert) if name is None else name


class Teacher:
    """Says what a pair was: people first, then labels of incidents, then what became of it."""

    def __init__(
        self,
        labels: Labels,
        said: Iterable[LabelledPair] = (),
        seen: Iterable[LabelledPair] = (),
    ) -> None:
        """`said` is by people; `seen` are weak labels."""
        self._labels = labels
        self._said, self._seen = _by_pair(said), _by_pair(seen)

    def examples(self, asked: Iterable[Asked]) -> list[Example]:
        """Return what can be said of the pairs, in their order."""
        found = []
        for one in asked:
            told = _vote(one, self._said) or self._by_label(one) or _vote(one, self._seen)
            if told is not None:
                label, weight = told
                weight *= 1.0 if one.is_asked else _ASIDE
                found.append(Example(one.at, one.report, one.row, label, weight, one.is_asked))
        return found

    def _by_label(self, asked: Asked) -> tuple[bool, float] | None:
        own = self._labels.of(asked.alert, asked.report)
        known = (self._labels.of(alert, report) for alert, report in asked.members)
        others = Counter(label for label in known if label is not None)
        if own is None or not others:
            return None
        label, count = others.most_common(1)[0]
        if count < _MOSTLY * others.total():
            return None
        if own == label == NOISE:
            # Two nothings at one place make one ticket; elsewhere they have nothing in common.
            is_near = any(asked.row[place] for place in _PLACES)
            return (True, _NOTHINGS) if is_near else None
        return own == label, 1.0


_Votes = dict[tuple[str, str], LabelledPair]


def _by_pair(pairs: Iterable[LabelledPair]) -> _Votes:
    return {_key(pair.one, pair.other): pair for pair in pairs}


def _key(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _vote(asked: Asked, votes: _Votes) -> tuple[bool, float] | None:
    """Return what most of the cluster's alerts say; None if they are silent or at odds."""
    found = [vote for member, _ in asked.members if (vote := votes.get(_key(asked.alert, member)))]
    if not found:
        return None
    total = sum(vote.weight for vote in found)
    for_it = sum(vote.weight for vote in found if vote.together)
    if total * (1 - _MOSTLY) < for_it < total * _MOSTLY:
        return None
    return for_it >= total * _MOSTLY, total / len(found)

"""What is measured otherwise than by scoring a regime's streams, each as a section of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from watchfloor.bench.grouping import (
    advised,
    answers,
    dark_rows,
    facility,
    honesty,
    pace,
    recorded,
    related,
    toolkit_rows,
    year,
)
from watchfloor.bench.grouping.estate import estate
from watchfloor.bench.grouping.labelled import Labelled
from watchfloor.bench.grouping.leaks import leaks
from watchfloor.bench.grouping.regimes import Extent
from watchfloor.bench.grouping.scores import Score
from watchfloor.bench.grouping.storms import storms
from watchfloor.bench.results import Row

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Part:
    """One section of the results."""

    name: str
    title: str
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    scores: Sequence[Score] = field(default=())


def _darkness(extent: Extent, tell: Tell) -> Part:
    found = dark_rows.measure(is_quick=extent.is_quick)
    for nights in found.values():
        for night in nights:
            tell(
                f"{night.name}: {night.share:.3f} of it in one of {night.clusters} clusters,"
                f" {night.sites} sites, far ones: {', '.join(night.swallowed) or 'none'}"
            )
    return Part("darkness", "a town without power, feeders unknown", dark_rows.rows(found))


def _facility(extent: Extent, tell: Tell) -> Part:
    known: list[facility.Found] = []
    unknown: list[facility.Found] = []
    for run in facility.runs(extent.data) if extent.data else ():
        for kind, into in ((run, known), (facility.without_topology(run), unknown)):
            found = facility.score(kind, answers.ours(kind.stream))
            into.append(found)
            tell(
                f"{found.name}: ARI of tenants {_each(found)}, of the whole {found.final.ari:.3f}"
                f" (as applied {found.applied.ari:.3f}, at most {found.most_ari:.3f}),"
                f" hidden {found.final.hidden_share:.3f}, {found.final.clusters_per_incident:.2f}"
                f" clusters per incident, {found.final.points_from_perfect:.2f} points from the"
                f" perfect cut; hidden and must not be: {', '.join(found.worst_hidden) or 'none'}"
            )
    return Part(
        "facility", "recorded runs of guarded estates", facility.rows(known, unknown),
        [facility.CROSSING] if known else [],
    )  # fmt: skip


def _toolkit(extent: Extent, tell: Tell) -> Part:
    found = []
    for run in facility.runs(extent.data) if extent.data else ():
        found.append(toolkit_rows.measure(run))
        tell(toolkit_rows.line(found[-1]))
    return Part("toolkit", "what reaches a desk of a guarded estate", toolkit_rows.rows(found))


def _each(found: facility.Found) -> str:
    return ", ".join(f"{one.ari:.3f}" for one in found.tenants)


def _advised(extent: Extent, tell: Tell) -> Part:
    found = []
    for one in advised.measure(_taught(extent)):
        found.append(one)
        tell(advised.line(one))
    models = [one.trained.artifact for one in found if one.trained is not None]
    speed = advised.pace(models[0], is_quick=extent.is_quick) if models else None
    rows = advised.rows(found, speed)
    return Part("advised", "the learned adviser on later data", rows, [advised.NOTE])


def _taught(extent: Extent) -> Iterator[Labelled]:
    yield leaks(1)
    if extent.data is not None:
        yield from (run.stream for run in facility.runs(extent.data))
        yield from islice(recorded.attacks(extent.data), 0 if extent.is_quick else 2)


def _related(extent: Extent, tell: Tell) -> Part:
    return Part("related", "the specification's hundred alerts", related.rows())


def _prefix(extent: Extent, tell: Tell) -> Part:
    streams = [estate(1), storms("all kinds", count=12)]
    if extent.data is not None:
        streams += islice(recorded.attacks(extent.data), 1)
        streams += [run.stream for run in islice(facility.runs(extent.data), 1)]
    found = honesty.measure(streams)
    for one in found:
        tell(f"{one.name}: as applied {one.applied}, after merges {one.final}")
    return Part("prefix", "what comes later changes nothing", honesty.rows(found))


def _pace(extent: Extent, tell: Tell) -> Part:
    streams = [estate(1)]
    if extent.data is not None:
        streams = list(islice(recorded.attacks(extent.data), 1 if extent.is_quick else 2))
    found = pace.measure(streams, is_quick=extent.is_quick)
    return Part("pace", "speed of the core and what is held", pace.rows(found))


def _year(extent: Extent, tell: Tell) -> Part:
    found = year.measure(count=_year_days(extent))
    return Part("year", "a year rehearsed", year.rows(found))


def _year_days(extent: Extent) -> int:
    """A run of everything ends in minutes: the whole year is for whoever asks for it alone."""
    if extent.is_alone:
        return year.DAYS
    return 14 if extent.is_quick else 60


MEASURES: dict[str, Callable[[Extent, Tell], Part]] = {
    "facility": _facility,
    "toolkit": _toolkit,
    "advised": _advised,
    "darkness": _darkness,
    "related": _related,
    "prefix": _prefix,
    "pace": _pace,
    "year": _year,
}

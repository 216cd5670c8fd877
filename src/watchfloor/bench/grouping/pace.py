"""How fast the core is, and what an open cluster costs: processor time and bytes."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.stream import AlertStream
from watchfloor.aiops.types import Seconds, Signal, canonical_type
from watchfloor.bench.grouping.labelled import BEGIN, REHEARSED_AT, Labelled
from watchfloor.bench.results import Row

FEW, MANY = 1_000, 100_000
PROBES = 4_000
WEIGHED = 20_000
WITHIN: Seconds = 1200.0
"""All clusters are opened within this time, so that all are open when the probes come."""


@dataclass(frozen=True, slots=True)
class Pace:
    streams: str
    """What was told, in words; empty where no recorded stream is at hand."""
    attacks: float
    """Reports a second of processor with de-duplication."""
    fresh: float
    """The same where every report is an alert never met before."""
    few: Seconds
    many: Seconds
    """For one report beside few and beside many open clusters."""
    opened: int
    """Clusters that were open beside the last probes."""
    bytes_each: float


def measure(streams: Sequence[Labelled], *, is_quick: bool = False) -> Pace:
    many = MANY // 10 if is_quick else MANY
    few_each, _ = _beside(FEW)
    many_each, opened = _beside(many)
    return Pace(
        ", ".join(stream.name for stream in streams),
        rate(
            [told.report for stream in streams for told in stream.first(60_000).told],
            AlertStream(),
        ),
        rate(list(all_new(6_000 if is_quick else 20_000)), AlertStream()),
        few_each,
        many_each,
        opened,
        bytes_each(),
    )


def all_new(count: int, *, sites: int = 2_000, every: Seconds = 0.5) -> Iterator[Report]:
    """Yield reports of which none is of an alert met before."""
    for number in range(count):
        yield Report(
            event_id=f"new-{number:x}",
            integration=0,
            received_at=REHEARSED_AT,
            alert_type=f"KIND_{number % 37}",
            timestamp=BEGIN + number * every,
            site=f"place-{number * 7919 % sites}",
            entity_type="device",
            entity_id=f"thing-{number}",
            message="it is ill",
        )


def rate(reports: Sequence[Report], stream: AlertStream) -> float:
    """Return how many reports a second of processor the stream takes in."""
    return len(reports) / _cpu(lambda: [stream.apply(report) for report in reports])


def _beside(count: int) -> tuple[Seconds, int]:
    """Return processor seconds for one report beside so many open clusters, and their number."""
    clusterer = OnlineClusterer()
    for number in range(count):
        clusterer.apply(_alone(number, BEGIN + WITHIN * number / count))
    at = BEGIN + WITHIN
    probes = [_alone(number % count, at, again=number) for number in range(PROBES // 2)]
    probes += [_alone(count + number, at) for number in range(PROBES // 2)]
    opened = len(clusterer.clusters)
    gc.collect()
    return _cpu(lambda: [clusterer.apply(probe) for probe in probes]) / PROBES, opened


def bytes_each(count: int = WEIGHED) -> float:
    """Return what the clusterer holds for each; the reports themselves are let go."""
    clusterer = OnlineClusterer()
    gc.collect()
    tracemalloc.start()
    for number in range(count):
        clusterer.apply(_alone(number, BEGIN + WITHIN * number / count))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held / len(clusterer.clusters)


def _alone(number: int, at: Seconds, *, again: int | None = None) -> ReportView:
    """Return a report at a site where nothing else is; `again` makes it another thing there."""
    thing = f"thing-{number}" if again is None else f"thing-{number}-{again}"
    kind = canonical_type(f"KIND_{number % 37}")  # one object for each type, as in a stream
    return ReportView(
        report_id=f"{thing}-{at}",
        alert_id=f"{kind}@{thing}",
        at=at,
        signal=Signal.FIRING,
        alert_type=kind,
        entity=thing,
        site=f"place-{number}",
    )


def _cpu(work: Callable[[], object]) -> Seconds:
    began = time.process_time()
    work()
    return time.process_time() - began


def rows(found: Pace) -> list[Row]:
    times = found.many / found.few
    made = [
        Row("all-new alerts, rules: reports a second of processor", f"{found.fresh:,.0f}",
            "3,000", "10,000", found.fresh >= 3_000),
        Row(f"{found.opened:,} open clusters against {FEW:,}: times the processor",
            f"{times:.2f}", "1.5", "1.1", times <= 1.5),
        Row("for one report", f"{found.few * 1e6:.0f} and {found.many * 1e6:.0f} us"),
        Row("bytes for an open cluster, its alert and their past", f"{found.bytes_each:,.0f}",
            "2,000", "1,000", found.bytes_each <= 2_000),
    ]  # fmt: skip
    attacks = Row(
        f"{found.streams}, with de-duplication: reports a second of processor",
        f"{found.attacks:,.0f}", "20,000", "60,000", found.attacks >= 20_000,
    )  # fmt: skip
    return [attacks, *made]

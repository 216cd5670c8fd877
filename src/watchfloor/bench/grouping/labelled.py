"""Reports with what each of them really was, told in the order in which they arrive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.correlation.topology import Inventory
from watchfloor.aiops.evaluation.clusters import Truth
from watchfloor.aiops.types import Seconds, Severity, Signal

BEGIN: Seconds = 1_767_571_200.0
"""Monday, 2026-01-05, midnight: when made streams begin."""
MINUTE: Seconds = 60.0
HOUR: Seconds = 3600.0
DAY: Seconds = 86_400.0
REHEARSED_AT: Seconds = 4_000_000_000.0
"""History arrives later than all of it, as in a backtest."""


@dataclass(frozen=True, slots=True)
class Told:
    report: Report
    truth: Truth
    tenant: str = ""


@dataclass(frozen=True)
class Labelled:
    """A stream in order of arrival. Without an inventory nothing is known of what hangs on what."""

    name: str
    told: Sequence[Told]
    inventories: Mapping[str, Inventory] = field(default_factory=dict)
    """By tenant; the tenant of made streams is ""."""

    @property
    def truth(self) -> list[Truth]:
        return [told.truth for told in self.told]

    def without_inventory(self) -> Labelled:
        return replace(self, name=f"{self.name}, no topology", inventories={})

    def first(self, count: int) -> Labelled:
        return replace(self, told=self.told[:count])


@dataclass(frozen=True, slots=True)
class Cause:
    """What a report comes from; a step is a part of its campaign."""

    step: str = ""
    campaign: str = ""
    is_noise: bool = False


NOISE = Cause(is_noise=True)
UNCLEAR = Cause()
"""Ordinary, but in the midst of an incident: nobody can say what it belongs to."""


def incident(name: str) -> Cause:
    return Cause(name, name)


@dataclass(frozen=True, slots=True)
class Subject:
    """The thing that a report speaks of."""

    entity: str
    site: str
    client: str = ""
    kind: str = "device"


class Teller:
    """Collects reports in any order and tells them as they arrive."""

    def __init__(self, rng: Random, source: str, *, late: float = 0.01) -> None:
        self.rng = rng
        self.source = source
        self.late = late
        """The share of reports that arrive up to two minutes late."""
        self._heard: list[tuple[Seconds, int, Told]] = []

    def say(
        self,
        at: Seconds,
        subject: Subject,
        alert_type: str,
        cause: Cause,
        *,
        severity: Severity = Severity.MEDIUM,
        message: str = "",
        status: Signal = Signal.FIRING,
    ) -> None:
        number = len(self._heard)
        report = Report(
            event_id=f"{self.source}-{number:x}",
            integration=0,
            received_at=REHEARSED_AT,
            alert_type=alert_type,
            status=status,
            severity=severity,
            timestamp=at,
            source=self.source,
            client=subject.client,
            site=subject.site,
            entity_type=subject.kind,
            entity_id=subject.entity,
            message=message or f"{alert_type} {subject.entity}",
        )
        truth = Truth(
            at, subject.entity, alert_type, cause.step, cause.campaign, cause.is_noise
        )  # fmt: skip
        delay = self.rng.uniform(5, 120) if self.rng.random() < self.late else 0.0
        self._heard.append((at + delay, number, Told(report, truth)))

    def told(self) -> list[Told]:
        return [told for _, _, told in sorted(self._heard, key=lambda heard: heard[:2])]


def interleaved(*streams: Iterable[Told]) -> list[Told]:
    """Return the reports of all streams as one, in order of when they happened."""
    both = [told for stream in streams for told in stream]
    return sorted(both, key=lambda told: told.truth.at)


def moved(stream: Iterable[Told], by: Seconds) -> Iterator[Told]:
    """Yield the same reports at another time."""
    for told in stream:
        at = told.truth.at + by
        report = Report(
            **{name: getattr(told.report, name) for name in Report.__struct_fields__}
            | {"timestamp": at}
        )
        yield Told(report, replace(told.truth, at=at), told.tenant)


def poisson(rng: Random, since: Seconds, until: Seconds, every: Seconds) -> Iterator[Seconds]:
    """Yield times without memory, on average `every` seconds."""
    at = since + rng.expovariate(1 / every)
    while at < until:
        yield at
        at += rng.expovariate(1 / every)

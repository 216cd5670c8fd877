"""Which devices are told as dark on recorded months of beats, beside those that truly were.

A fifth of what fails is back before its next beat was due and leaves no trace in the beats; it is
counted apart. What lies in announced maintenance pages nobody, and is left out on both sides.
"""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import inf
from pathlib import Path
from statistics import median
from typing import Any

from watchfloor.aiops.alerts.reading import parse_timestamp
from watchfloor.aiops.operation.directory import DeviceRef, Directory, SiteRef
from watchfloor.aiops.operation.engine import Timed, Transition
from watchfloor.aiops.operation.events import Beat
from watchfloor.aiops.operation.facts.devices import DevicesFacts
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.operation.lines import lines
from watchfloor.aiops.operation.rules.catalogue import LIMITS
from watchfloor.aiops.types import Seconds
from watchfloor.bench.results import Row
from watchfloor.bench.sensing.part import Part, Tell
from watchfloor.bench.sensing.replay import replay
from watchfloor.bench.sensing.runs import Run, runs

MONTH: Seconds = 30 * 86_400
LATEST = 4
"""Beats after its end by which a failure is still found: of a device that drops out again and
again it is the second time that tells of the first."""
TIMEOUTS = (1, 2)
"""Beats after which a simple rule, measured beside ours, calls a device dark."""
LATENESS: Seconds = 60.0
"""How late a beat may be by that rule: five deviations of these streams."""
RECALL, RECALL_AIM = 0.98, 0.995
FALSE, FALSE_AIM = 0.5, 0.2
DELAY, DELAY_AIM = 2.0, 1.0


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when a device failed, or was told as dark; `begun` is its last beat before."""

    device: str
    start: Seconds
    end: Seconds
    begun: Seconds = 0.0


@dataclass(frozen=True)
class Scored:
    """One run. Spans in announced maintenance are gone from both sides."""

    name: str
    period: Seconds
    device_months: float
    heard: Mapping[str, Sequence[Seconds]]
    failures: Sequence[Span]
    told: Sequence[Span]

    @cached_property
    def seen(self) -> list[Span]:
        """The failures that kept back a beat."""
        return [span for span in self.failures if self._keeps_back(span)]

    @cached_property
    def delays(self) -> list[float]:
        """In periods, of those found."""
        found = (self._found_at(span) for span in self.seen)
        return [delay / self.period for delay in found if delay is not None]

    @property
    def recall(self) -> float:
        return len(self.delays) / len(self.seen)

    @property
    def recall_of_all(self) -> float:
        return sum(self._found_at(one) is not None for one in self.failures) / len(self.failures)

    @property
    def false(self) -> float:
        """Alarms a device-month during which the device did not fail."""
        failed = _by_device(self.failures)
        count = sum(
            all(one.end < told.begun or told.end < one.start for one in failed[told.device])
            for told in self.told
        )
        return count / self.device_months

    def _keeps_back(self, span: Span) -> bool:
        beats = self.heard[span.device]
        place = bisect(beats, span.start)
        before = beats[place - 1] if place else -inf
        after = beats[place] if place < len(beats) else inf
        return after - before > 1.5 * self.period and before < span.end

    def _found_at(self, span: Span) -> Seconds | None:
        """Return how long after its start a failure was told, 0 if it was told already."""
        latest = span.end + LATEST * self.period
        return min(
            (
                max(told.start - span.start, 0.0)
                for told in self._told[span.device]
                if told.start <= latest and told.end >= span.start
            ),
            default=None,
        )

    @cached_property
    def _told(self) -> Mapping[str, list[Span]]:
        return _by_device(self.told)


def measure(data: Path, tell: Tell) -> Part:
    rows: list[Row] = []
    for run in runs(data):
        events = list(run.events("heartbeats"))
        found = scored(run, events, _by_rules(run, events))
        tell(f"{run.name}: recall {found.recall:.3f}, {found.false:.2f} false a device-month")
        rows += rows_of(found)
        for beats in TIMEOUTS:
            rows.append(_simple_row(scored(run, events, list(_timed_out(found, beats))), beats))
    return Part("dark devices by their beats", rows, [_NOTE])


_NOTE = (
    "Failures that kept back a beat; the row below counts those, too, that were over before the"
    " next beat was due, of which the beats know nothing. The period is learnt from the beats."
)


def _by_rules(run: Run, events: Sequence[Timed]) -> list[Span]:
    """Return what the rules tell of a run's beats."""
    until = events[-1].at
    world = run.world()
    devices = _devices(world)
    directory = Directory(Limits.of(LIMITS.values()), sites=_sites(world, devices), devices=devices)
    return list(spans_of(replay(DevicesFacts, events, until, directory), until))


def _timed_out(one: Scored, beats: int) -> Iterator[Span]:
    """Yield what a fixed time-out of so many beats would tell."""
    limit = beats * one.period + LATENESS
    for device, heard in one.heard.items():
        for before, after in pairwise(heard):
            if after - before > limit:
                yield Span(device, before + limit, after, before)


def scored(run: Run, events: Sequence[Timed], told: Sequence[Span]) -> Scored:
    """Score what was told of a run, by its own truth."""
    world = run.world()
    devices = _devices(world)
    until = events[-1].at
    announced = _announced(world["maintenance"], devices)
    period = 60.0 * world["heartbeat_minutes"]
    return Scored(
        name=run.name,
        period=period,
        device_months=len(devices) * (until - events[0].at) / MONTH,
        heard=_heard(events),
        failures=[span for span in _failures(run) if not _lies_in(span, announced, 0.0)],
        told=[span for span in told if not _lies_in(span, announced, 2 * period)],
    )


def _devices(world: Mapping[str, Any]) -> dict[str, DeviceRef]:
    return {
        one["id"]: DeviceRef(site=one["site"], kind=one["type"], parent=one["parent"] or "")
        for one in world["devices"]
    }


def _sites(world: Mapping[str, Any], devices: Mapping[str, DeviceRef]) -> dict[str, SiteRef]:
    """Return the sites with their lines, which end at the tenant: none knows of another's."""
    carriers = {one["id"]: f"{one['tenant']} {one['isp']}" for one in world["sites"]}
    shared = lines(carriers, devices)
    return {site: SiteRef(line=shared.get(site, "")) for site in carriers}


def spans_of(transitions: Sequence[Transition], until: Seconds) -> Iterator[Span]:
    """Yield from when to when devices were told as dark."""
    open_: dict[str, Transition] = {}
    for one in transitions:
        if one.code != "DEVICE_OFFLINE":
            continue
        device = one.standing.device
        if one.is_firing:
            open_.setdefault(device, one)
        else:
            yield _span(open_.pop(device), one.at)
    for one in open_.values():
        yield _span(one, until)


def _span(raised: Transition, end: Seconds) -> Span:
    return Span(raised.standing.device, raised.at, end, raised.standing.evidence["last_beat"])


def _failures(run: Run) -> Iterator[Span]:
    for row in run.truth("device_failures"):
        yield Span(row["device"], _seconds(row["start"]), _seconds(row["end"]))


def _announced(
    maintenance: Sequence[Mapping[str, Any]], devices: Mapping[str, DeviceRef]
) -> Mapping[str, list[Span]]:
    windows = defaultdict(list)
    for row in maintenance:
        span = Span("", _seconds(row["start"]), _seconds(row["end"]))
        windows[row["site"]].append(span)
    return {code: windows[ref.site] for code, ref in devices.items()}


def _lies_in(span: Span, announced: Mapping[str, list[Span]], after: Seconds) -> bool:
    return any(one.start <= span.start <= one.end + after for one in announced[span.device])


def _heard(events: Sequence[Timed]) -> Mapping[str, list[Seconds]]:
    heard: defaultdict[str, list[Seconds]] = defaultdict(list)
    for timed in events:
        if isinstance(timed.event, Beat):
            heard[timed.event.device].append(timed.at)
    return heard


def _by_device(spans: Sequence[Span]) -> defaultdict[str, list[Span]]:
    found: defaultdict[str, list[Span]] = defaultdict(list)
    for span in spans:
        found[span.device].append(span)
    return found


def _seconds(text: str) -> Seconds:
    return parse_timestamp(text) or 0.0


def rows_of(one: Scored) -> list[Row]:
    delay = median(one.delays)
    return [
        Row(f"{one.name}: device failures found, of {len(one.seen)} that kept back a beat",
            f"{one.recall:.3f}", f"{RECALL}", f"{RECALL_AIM}", one.recall >= RECALL),
        Row(f"{one.name}: of all {len(one.failures)}", f"{one.recall_of_all:.3f}"),
        Row(f"{one.name}: false alarms a device-month", f"{one.false:.2f}",
            f"{FALSE}", f"{FALSE_AIM}", one.false <= FALSE),
        Row(f"{one.name}: median time from failure to alarm, in beats", f"{delay:.2f}",
            f"{DELAY:g}", f"{DELAY_AIM:g}", delay <= DELAY),
    ]  # fmt: skip


def _simple_row(one: Scored, beats: int) -> Row:
    measured = (
        f"{one.recall:.3f} found, {one.false:.2f} false a device-month,"
        f" after {median(one.delays):.2f} beats"
    )
    return Row(f"{one.name}: a fixed time-out after {beats} missed", measured)

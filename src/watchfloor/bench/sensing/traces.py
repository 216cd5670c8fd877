"""Recorded up and down times of real machines, each heard once a period while it was up.

Nothing of it is simulated. The traces call every silence an outage, of one probe too: so an alarm
is false only where the machine was heard all the time, and what is asked for is what lasted for
two probes or more. What a machine is for is not known: that of an office is off at night.
"""

from __future__ import annotations

import gzip
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.engine import Timed
from watchfloor.aiops.operation.events import Beat, Moment
from watchfloor.aiops.operation.facts.devices import DevicesFacts
from watchfloor.aiops.operation.limits import Limits
from watchfloor.aiops.operation.rules.catalogue import LIMITS
from watchfloor.aiops.types import Seconds
from watchfloor.bench.results import Row
from watchfloor.bench.sensing.beats import MONTH, Span, spans_of
from watchfloor.bench.sensing.part import Part, Tell
from watchfloor.bench.sensing.replay import replay

FOLDER = "availability_traces"
KINDS = (("web servers", "web_sites", 600.0), ("office PCs", "office_pcs", 3600.0))
"""What was probed, its file, and how often."""
ASKED = 2
"""Probes that an outage lasts for to be asked for."""
START: Seconds = 1_000_000_000.0
"""Added to the times of the files, which count from their own beginning."""


@dataclass(frozen=True, slots=True)
class Outage:
    """From the first probe that failed to the first that did not."""

    start: Seconds
    end: Seconds

    def missed(self, period: Seconds) -> int:
        return round((self.end - self.start) / period)


@dataclass(frozen=True, slots=True)
class Trace:
    """One machine. `beats`: when it answered."""

    node: str
    beats: Sequence[Seconds]
    outages: Sequence[Outage]


@dataclass(frozen=True, slots=True)
class Scored:
    """One kind of machines. `delays`: of what is asked for and was found, in periods."""

    asked: int
    delays: Sequence[float]
    told: int
    single: int
    false: int
    months: float


def measure(data: Path, tell: Tell) -> Part:
    rows: list[Row] = []
    for name, file, period in KINDS:
        found = scored(list(traces(data / FOLDER / f"{file}.avt.gz", period)), period)
        tell(f"{name}: {len(found.delays)} of {found.asked} outages")
        rows += _rows(name, period, found)
    return Part("real machines by recorded answers", rows, [_NOTE])


_NOTE = (
    "An answer is a beat; the period is learnt, and each machine is judged by itself. The traces"
    " know outages of one probe, too: what is told of those is counted apart. A machine that is"
    " switched off for the night is told each night: its beats do not say that this was meant."
)


def traces(file: Path, period: Seconds) -> Iterator[Trace]:
    """Yield the machines of a file: node, number of sessions, start and end of each.

    The end is the first probe without an answer: no session is shorter than a period.
    """
    with gzip.open(file, "rt") as lines:
        for line in lines:
            node, _, *times = line.split()
            moments = [START + float(time) for time in times]
            sessions = list(zip(moments[::2], moments[1::2], strict=True))
            beats = [beat for start, end in sessions for beat in _answers(start, end, period)]
            outages = [Outage(one[1], other[0]) for one, other in pairwise(sessions)]
            yield Trace(node, beats, outages)


def _answers(start: Seconds, end: Seconds, period: Seconds) -> Iterator[Seconds]:
    many = max(round((end - start) / period), 1)
    return (start + number * (end - start) / many for number in range(many))


def scored(machines: Sequence[Trace], period: Seconds) -> Scored:
    asked, told, single, false, months = 0, 0, 0, 0, 0.0
    delays: list[float] = []
    for one in machines:
        alarms = _alarms(one)
        asked += sum(outage.missed(period) >= ASKED for outage in one.outages)
        delays += _delays(one, alarms, period)
        short = [_missed_at(one, alarm, period) for alarm in alarms]
        told, single, false = told + len(alarms), single + short.count(1), false + short.count(0)
        months += (one.beats[-1] - one.beats[0]) / MONTH
    return Scored(asked, delays, told, single, false, months)


def _alarms(one: Trace) -> list[Span]:
    events = [Timed(at, Beat(ts=Moment(at), device=one.node)) for at in one.beats]
    directory, until = Directory(Limits.of(LIMITS.values())), one.beats[-1]
    return list(spans_of(replay(DevicesFacts, events, until, directory), until))


def _delays(one: Trace, alarms: Sequence[Span], period: Seconds) -> Iterator[float]:
    """Yield for each outage that was told how long after its first missed probe, 0 if before."""
    ends = [alarm.end for alarm in alarms]
    for outage in one.outages:
        place = bisect_left(ends, outage.start)
        if outage.missed(period) < ASKED or place == len(alarms):
            continue
        if alarms[place].start <= outage.end:
            yield max(alarms[place].start - outage.start, 0.0) / period


def _missed_at(one: Trace, alarm: Span, period: Seconds) -> int:
    """Return how many probes the outage lasts in which an alarm began; 0 if it was heard then."""
    place = bisect_left(one.outages, alarm.start, key=lambda outage: outage.end)
    if place == len(one.outages) or one.outages[place].start > alarm.start:
        return 0
    return one.outages[place].missed(period)


def _rows(name: str, period: Seconds, one: Scored) -> list[Row]:
    found, false = len(one.delays) / one.asked, one.false / one.months
    return [
        Row(f"{name}, asked every {period:g} s: outages of {ASKED} probes or more found,"
            f" of {one.asked:,}", f"{found:.3f}"),
        Row(f"{name}: median time from the first missed probe to the alarm, in periods",
            f"{median(one.delays):.2f}"),
        Row(f"{name}: alarms a machine-month while it answered", f"{false:.3f}"),
        Row(f"{name}: alarms a machine-month of a single missed probe, and of all",
            f"{one.single / one.months:.2f}, {one.told / one.months:.2f}"),
    ]  # fmt: skip

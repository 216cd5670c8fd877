"""What reaches people when known noise is kept from them: the load of a desk, and who waits.

Each recorded run goes through what a report goes through on the floor, with default settings, its
topology, and the work that it announces. Truth is only for counting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import cycle

import msgspec

from watchfloor.aiops.alerts.suppression import Kind, Suppressions
from watchfloor.aiops.noise.policy import NoisePolicy
from watchfloor.aiops.rehearsal.figures import WINDOW
from watchfloor.aiops.stream import AlertStream
from watchfloor.aiops.types import LIFE_SAFETY_TYPES, Seconds, Signal
from watchfloor.bench.grouping.facility import Run
from watchfloor.bench.grouping.labelled import Told

DESKS, SITES = 6, 500
LATE: Seconds = 300.0
_CALLS_EVERY = 40
"""One call for help is added for so many reports."""
_NEVER: Seconds = float("inf")


@dataclass
class Shown:
    """A cluster, and what people are told of it."""

    at: Seconds
    """When it was opened; the floor counts its incident there."""
    is_told: bool = False
    severity: int = 0
    is_true: bool = False


@dataclass
class Waited:
    """What went wrong, and how long until people were told the first thing of it."""

    first: Seconds
    told: Seconds = _NEVER
    was_asked_for: bool = False
    """The first of it fell into work that was announced."""

    @property
    def is_late(self) -> bool:
        return self.told - self.first > LATE


@dataclass
class Heard:
    """One run as its desks met it."""

    name: str
    sites: int
    begin: Seconds
    end: Seconds
    clusters: dict[tuple[str, int], Shown] = field(default_factory=dict)
    waited: dict[str, Waited] = field(default_factory=dict)
    """By true incident, announced work aside."""
    quiet: Counter[str] = field(default_factory=Counter)
    """Reports kept quiet, by reason; some were told later."""

    @property
    def listed(self) -> list[Shown]:
        """Return incidents as the floor counts its `mean_load`: each once, when it opens, if any
        of its alerts is told to people; merged later or not."""
        return [one for one in self.clusters.values() if one.is_told]

    def load(self, count: int, since: Seconds = -_NEVER) -> float:
        """Return what so many incidents are for each desk in ten minutes, of all its sites."""
        windows = (self.end - max(since, self.begin)) / WINDOW
        return count / windows / DESKS * SITES / self.sites

    def late(self, *, asked_for: bool) -> list[str]:
        found = self.waited.items()
        return [name for name, one in found if one.is_late and one.was_asked_for == asked_for]


class _Listener:
    """Notes who is told what, and when."""

    def __init__(self, run: Run, streams: Mapping[str, AlertStream]) -> None:
        told = run.stream.told
        times = [one.truth.at for one in told]
        sites = {one.report.site for one in told}
        self.heard = Heard(run.stream.name, len(sites), min(times), max(times))
        self._announced = run.announced
        self._streams = streams
        self._kept: dict[tuple[str, str], list[tuple[Shown, Waited | None]]] = {}
        """By alert: what waits until it is told."""

    def hear(self, told: Told) -> None:
        at, stream = told.truth.at, self._streams[told.tenant]
        while (due := stream.noise.next_end) <= at:
            self._release(told.tenant, stream.noise.let_go(due), due)
        done = stream.apply(told.report)
        shown = self.heard.clusters.setdefault(
            (told.tenant, done.membership.cluster), Shown(done.at)
        )
        shown.severity = max(shown.severity, told.report.severity)
        shown.is_true |= bool(told.truth.step)
        waited = self._waited(told, at)
        self._release(told.tenant, done.released, at)
        if done.suppressed_by is None:
            _tell(shown, waited, at)
            return
        kind = done.suppressed_by.kind
        self.heard.quiet[kind] += told.report.status is Signal.FIRING
        self._kept.setdefault((told.tenant, done.alert_id), []).append((shown, waited))
        if waited is not None and waited.first == at and waited.told == _NEVER:
            waited.was_asked_for = kind is Kind.MAINTENANCE

    def _waited(self, told: Told, at: Seconds) -> Waited | None:
        name = told.truth.step
        if not name or name in self._announced or told.report.status is not Signal.FIRING:
            return None
        return self.heard.waited.setdefault(name, Waited(at))

    def _release(self, tenant: str, alert_ids: Iterable[str], at: Seconds) -> None:
        for alert_id in alert_ids:
            for shown, waited in self._kept.pop((tenant, alert_id), ()):
                _tell(shown, waited, at)


def _tell(shown: Shown, waited: Waited | None, at: Seconds) -> None:
    shown.is_told = True
    if waited is not None:
        waited.told = min(waited.told, at)


def listen(run: Run, policy: NoisePolicy = NoisePolicy()) -> Heard:
    """Tell a run to the floor of each tenant, and note what people are told of it."""
    listener = _Listener(run, _streams(run, policy))
    for told in run.stream.told:
        listener.hear(told)
    return listener.heard


def _streams(run: Run, policy: NoisePolicy) -> dict[str, AlertStream]:
    rules = Suppressions(run.windows)
    return {
        tenant: AlertStream(
            noise=policy, suppressions=rules, inventory=run.stream.inventories.get(tenant)
        )
        for tenant in {told.tenant for told in run.stream.told}
    }


def calls_kept(run: Run) -> tuple[int, int]:
    """Tell calls for help amid the run: return how many were kept quiet at all, and of how many."""
    streams = _streams(run, NoisePolicy())
    kept = count = 0
    for told, is_call in _with_calls(run):
        done = streams[told.tenant].apply(told.report)
        count += is_call
        kept += is_call and done.suppressed_by is not None
    return kept, count


def _with_calls(run: Run) -> Iterator[tuple[Told, bool]]:
    kinds = cycle(sorted(LIFE_SAFETY_TYPES))
    for number, told in enumerate(run.stream.told):
        yield told, False
        if number % _CALLS_EVERY == 0:
            call = msgspec.structs.replace(
                told.report,
                event_id=f"{told.report.event_id}-call",
                alert_type=next(kinds),
                status=Signal.FIRING,
                dedup_key="",
            )
            yield replace(told, report=call), True

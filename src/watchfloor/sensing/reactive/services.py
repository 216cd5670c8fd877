"""From events to what the rules say of them: one batch of one tenant."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime

from watchfloor.aiops.alerts.clock import StreamClock
from watchfloor.aiops.operation.dating import dated
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.engine import Transition
from watchfloor.aiops.operation.facts.devices import DevicesFacts
from watchfloor.aiops.operation.facts.regrouping import regrouped
from watchfloor.aiops.operation.rules.catalogue import URGENT_READINGS
from watchfloor.aiops.operation.stored import Arrived
from watchfloor.aiops.types import Seconds
from watchfloor.domain.naming.happenings import Happening, named
from watchfloor.domain.shifts import placing, relieving
from watchfloor.domain.shifts import services as shifts
from watchfloor.noc.intake import queue
from watchfloor.noc.intake.catalogue import own_types
from watchfloor.sensing.reactive import bounds, recording, reports, store
from watchfloor.sensing.reactive.directory import (
    has_other_lines,
    judges_otherwise,
    listening_since,
    open_directory,
)
from watchfloor.sensing.reactive.judging import judge
from watchfloor.sensing.reactive.store import Known


def work(
    arrivals: Sequence[Arrived],
    *,
    now: datetime,
    is_urgent: bool = False,
    is_behind: bool = False,
) -> list[Transition]:
    """Record the events, let the rules judge them and time, report what begins and ends.

    In the caller's transaction, under the tenant's lock of its operation. Without events, time
    alone passes. The number of queries does not grow with the batch.

    `is_urgent`: the events overtook others, and say nothing about how far those are. Nothing else
    is looked at with them, so that they wait for nothing else. `is_behind`: others wait, and time
    passes with them only; else who has checked in would be missed.
    """
    clock = store.load_clock()
    reading = copy(clock) if is_urgent else clock
    told = [dated(one, reading) for one in arrivals]
    times = [at for _, at in told]
    heard = _heard([one for one, _ in told], times, now, is_urgent=is_urgent)
    recording.record(heard, now=now)
    adopted = shifts.adopt([happening for _, happening in heard], now)
    until = _reached(clock, times) if is_behind else clock.drive(now.timestamp())
    lived = [happening for arrived, happening in heard if not arrived.is_history]
    directory = replace(
        open_directory(),
        own_life_safety=own_types() - URGENT_READINGS,
        listening_since=listening_since(until),
    )
    if not is_urgent:
        _heed(directory, until)
        _regroup(directory)
    found = relieving.relieve([happening for _, happening in heard], directory, now)
    transitions = judge(lived, [*adopted, *found], until, directory, alone=is_urgent)
    reports.send(transitions, now=now)
    reports.suspect(transitions, now=now)
    store.save_clock(clock, now)
    _remember_history(arrivals, times, now)
    return transitions


def _remember_history(arrivals: Sequence[Arrived], times: Sequence[Seconds], now: datetime) -> None:
    of_history = [at for one, at in zip(arrivals, times, strict=True) if one.is_history]
    if of_history:
        store.bring_in(min(of_history), now)


def _heard(
    arrivals: Sequence[Arrived], times: Sequence[Seconds], now: datetime, *, is_urgent: bool
) -> list[tuple[Arrived, Happening]]:
    """Name what the events are about, and set aside what their keys may not speak of.

    Where people may be in danger, nothing is.
    """
    happenings = named(arrivals, times, now=now) if arrivals else []
    wrong = {} if is_urgent else bounds.trespasses(happenings)
    for event_id, why in wrong.items():
        queue.quarantine(event_id, why, now)
    kept = [one for one in happenings if one.event_id not in wrong]
    believed = (one for one in arrivals if one.event_id not in wrong)
    return list(zip(believed, placing.placed(kept), strict=True))


def _heed(directory: Directory, until: Seconds) -> None:
    """Have every subject judged anew where a register changed that it is judged by."""
    is_otherwise, revision = judges_otherwise(directory), store.unheeded()
    if revision is not None:
        if is_otherwise:
            store.rouse(until)
            recording.renew()
        store.heed(revision)


def _regroup(directory: Directory) -> None:
    """Let devices follow the lines of their sites, with what is known of them and what is open."""
    if not has_other_lines(directory):
        return
    changed = regrouped(store.load_all(DevicesFacts), directory)
    store.save([Known(facts, facts.clock) for facts in changed.values() if facts is not None])
    store.forget([(DevicesFacts.kind, code) for code, facts in changed.items() if facts is None])


def _reached(clock: StreamClock, times: Sequence[Seconds]) -> Seconds:
    """Return how far the stream has come by its events alone."""
    return clock.time if clock.time is not None else max(times)

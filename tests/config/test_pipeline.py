"""The loops of the pipeline process: they outlive faults and outages and stop when told."""

from __future__ import annotations

import threading
import time
from datetime import datetime

import psycopg
import pytest
from django.db import OperationalError, connections

from tests.make import NOW
from watchfloor.config import pipeline
from watchfloor.config.pipeline import Loop, Now


@pytest.mark.parametrize(
    "fault", [OperationalError("gone"), psycopg.OperationalError("gone"), ValueError("a bug")]
)
def test_a_loop_begins_anew_after_a_fault(
    fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "FIRST_PAUSE", 0.001)
    stop, runs = threading.Event(), []

    def work(stop: threading.Event, now: Now) -> None:
        runs.append(now())
        if len(runs) < 4:
            raise fault
        stop.set()

    loop = Loop("frail", work)
    loop.run(stop, lambda: NOW)

    assert len(runs) == 4
    assert (loop.falls, loop.last_error) == (3, str(fault))


def test_pauses_between_falls_grow_to_a_bound() -> None:
    loop = Loop("frail", lambda stop, now: None)
    pauses = []
    for loop.falls in (1, 2, 3, 40):
        pauses.append(loop.pause)

    assert pauses == [0.2, 0.4, 0.8, 1.0]


def test_work_is_done_again_and_again_until_the_stop() -> None:
    stop, seen = threading.Event(), []

    def note(now: datetime) -> None:
        seen.append(now)
        if len(seen) == 3:
            stop.set()

    pipeline.every(0.001, note)(stop, lambda: NOW)

    assert seen == [NOW] * 3


def test_all_loops_start_idle_cheaply_and_stop_within_three_seconds() -> None:
    stop = threading.Event()
    running = pipeline.loops()

    def serve() -> None:
        pipeline.serve(stop, running)
        connections.close_all()

    serving = threading.Thread(target=serve)
    serving.start()
    time.sleep(2)
    stop.set()
    serving.join(5)

    assert not serving.is_alive()
    assert {loop.name: loop.last_error for loop in running} == dict.fromkeys(
        ["drain", "events", "relay", "sweeper", "scheduler", "deliveries", "offers", "sealer"], ""
    )
    assert not {t.name for t in threading.enumerate()} & {loop.name for loop in running}

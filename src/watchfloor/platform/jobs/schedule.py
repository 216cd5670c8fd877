"""Work that is due again and again, by one scheduler at a time.

Every pipeline process runs a scheduler. A due schedule is claimed by a conditional UPDATE that
leases it; who dies while running it loses it to the next one when the lease ends. After an outage
a schedule runs once, not once for each time that it missed.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from watchfloor.platform.jobs.models import ScheduleRun

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=10)
RETRY = timedelta(minutes=1)
LONGEST_SLEEP = 5.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """`run` gets the time it was started at. It must bear being run twice."""

    name: str
    every: timedelta
    run: Callable[[datetime], object]


_schedules: dict[str, Schedule] = {}


def register(*schedules: Schedule) -> None:
    _schedules.update({schedule.name: schedule for schedule in schedules})


def all_schedules() -> list[Schedule]:
    return list(_schedules.values())


def run(stop: threading.Event, now: Callable[[], datetime]) -> None:
    """Run what is due until `stop`. Errors of the database end it; the caller begins anew."""
    while not stop.is_set():
        for schedule in due(now()):
            if stop.is_set():
                return
            run_one(schedule, now)
        stop.wait(LONGEST_SLEEP)


def due(now: datetime) -> list[Schedule]:
    """Return schedules whose time has come, new ones included, the longest overdue first."""
    known = dict(ScheduleRun.objects.values_list("name", "next_run_at"))
    new = [s.name for s in all_schedules() if s.name not in known]
    rows = [ScheduleRun(name=name, next_run_at=now) for name in new]
    ScheduleRun.objects.bulk_create(rows, ignore_conflicts=True)
    late = [s for s in all_schedules() if known.get(s.name, now) <= now]
    return sorted(late, key=lambda schedule: known.get(schedule.name, now))


def run_one(schedule: Schedule, now: Callable[[], datetime]) -> bool:
    """Run the schedule if no other scheduler does; say whether we did."""
    started = now()
    was_due = _claim(schedule.name, started)
    if was_due is None:
        return False
    try:
        schedule.run(started)
    except Exception:  # the job runner: one bad schedule stops no other
        log.exception("schedule failed", schedule=schedule.name)
        _finish(schedule.name, next_run_at=now() + min(RETRY, schedule.every))
    else:
        next_run_at = after(was_due, schedule.every, now())
        _finish(schedule.name, next_run_at=next_run_at, last_run_at=started)
    return True


def after(was_due: datetime, every: timedelta, now: datetime) -> datetime:
    """Return the first time after `now` on the grid of `was_due` and `every`."""
    missed = max(0, math.floor((now - was_due) / every))
    return was_due + (missed + 1) * every


def _claim(name: str, now: datetime) -> datetime | None:
    """Lease a due schedule; return when it had been due, None if somebody else was faster."""
    row = ScheduleRun.objects.filter(name=name, next_run_at__lte=now).first()
    if row is None:
        return None
    mine = ScheduleRun.objects.filter(name=name, next_run_at=row.next_run_at).update(
        next_run_at=now + LEASE
    )
    return row.next_run_at if mine else None


def _finish(name: str, **changes: datetime) -> None:
    ScheduleRun.objects.filter(name=name).update(**changes)

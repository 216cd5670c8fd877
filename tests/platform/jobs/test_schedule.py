"""What is due again and again: once each time, by one, and once after an outage."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connections

from tests.make import NOW, unique
from watchfloor.platform.jobs import schedule
from watchfloor.platform.jobs.models import ScheduleRun
from watchfloor.platform.jobs.schedule import Schedule

HOUR = timedelta(hours=1)
Make = Callable[[Callable[[datetime], object]], Schedule]


@pytest.fixture
def hourly() -> Iterator[Make]:
    """Make the one schedule of this test; it is due each hour."""
    before = dict(schedule._schedules)
    schedule._schedules.clear()

    def make(run: Callable[[datetime], object]) -> Schedule:
        made = Schedule(unique("schedule"), HOUR, run)
        schedule.register(made)
        return made

    yield make
    schedule._schedules.clear()
    schedule._schedules.update(before)


def run_due(now: datetime) -> int:
    return sum(schedule.run_one(one, lambda: now) for one in schedule.due(now))


def test_a_new_schedule_runs_at_once_and_then_each_hour(hourly: Make) -> None:
    ran: list[datetime] = []
    made = hourly(ran.append)

    for minutes in (0, 1, 59, 60, 61, 120):
        run_due(NOW + timedelta(minutes=minutes))

    assert ran == [NOW, NOW + HOUR, NOW + 2 * HOUR]
    assert ScheduleRun.objects.get(name=made.name).last_run_at == NOW + 2 * HOUR


def test_after_an_outage_it_runs_once_and_keeps_its_grid(hourly: Make) -> None:
    ran: list[datetime] = []
    hourly(ran.append)
    run_due(NOW)

    back = NOW + timedelta(hours=7, minutes=20)
    run_due(back)
    run_due(back + timedelta(minutes=1))
    run_due(NOW + 8 * HOUR)

    assert ran == [NOW, back, NOW + 8 * HOUR]


def test_two_schedulers_run_it_once(hourly: Make) -> None:
    ran: list[datetime] = []
    is_running, go_on = threading.Event(), threading.Event()

    def slow(now: datetime) -> None:
        ran.append(now)
        is_running.set()
        go_on.wait(10)

    made = hourly(slow)
    schedule.due(NOW)

    def other() -> None:
        schedule.run_one(made, lambda: NOW)
        connections.close_all()

    running = threading.Thread(target=other)
    running.start()
    is_running.wait(10)
    assert run_due(NOW + timedelta(seconds=1)) == 0
    go_on.set()
    running.join()

    assert ran == [NOW]


def test_what_fails_is_tried_again_soon(hourly: Make) -> None:
    ran: list[datetime] = []

    def fails_first(now: datetime) -> None:
        ran.append(now)
        if len(ran) == 1:
            raise ValueError("not yet")

    hourly(fails_first)
    for seconds in (0, 30, 60, 120):
        run_due(NOW + timedelta(seconds=seconds))

    assert ran == [NOW, NOW + timedelta(seconds=60)]


def test_a_schedule_whose_scheduler_died_is_taken_over_when_its_lease_ends(hourly: Make) -> None:
    ran: list[datetime] = []
    made = hourly(ran.append)
    schedule.due(NOW)
    assert schedule._claim(made.name, NOW) == NOW  # and dies

    run_due(NOW + schedule.LEASE - timedelta(seconds=1))
    assert ran == []
    run_due(NOW + schedule.LEASE)
    assert ran == [NOW + schedule.LEASE]

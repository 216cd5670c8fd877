"""Limits on calls hold over all processes of the floor."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.db.models import F

from tests import database as test_database
from tests.make import unique
from watchfloor.embedded.roles import Address
from watchfloor.platform.accounts.models import CallCount
from watchfloor.platform.accounts.rates import RateLimiter
from watchfloor.platform.errors import TooMany

ANOTHER_PROCESS = """
import django, sys
django.setup()
from watchfloor.platform.accounts.rates import RateLimiter
from watchfloor.platform.errors import TooMany
limiter, passed = RateLimiter(sys.argv[1], 30), 0
for _ in range(20):
    try:
        limiter.count("somebody")
        passed += 1
    except TooMany:
        continue
print(passed)
"""


def passes(limiter: RateLimiter, caller: str = "somebody") -> bool:
    try:
        limiter.count(caller)
    except TooMany:
        return False
    finally:
        connections["system"].close()
    return True


def test_several_processes_share_one_count(database: Address) -> None:
    door = unique("api")
    environment = test_database.variables(database) | {
        "DJANGO_SETTINGS_MODULE": "watchfloor.config.settings.test"
    }
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", ANOTHER_PROCESS, door],
            env=environment, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip

    passed = [int(process.communicate(timeout=60)[0]) for process in processes]

    assert sum(passed) == 30
    assert not passes(RateLimiter(door, 30))


def test_calls_at_the_same_moment_are_each_counted() -> None:
    limiter = RateLimiter(unique("api"), 25)

    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(lambda _: passes(limiter), range(40)))

    assert passed.count(True) == 25


def test_a_new_window_begins_a_new_count() -> None:
    limiter = RateLimiter(door := unique("api"), 1)
    assert (passes(limiter), passes(limiter)) == (True, False)

    of_the_door = CallCount.objects.using("system").filter(caller__startswith=door)
    of_the_door.update(began_at=F("began_at") - timedelta(minutes=1))

    assert passes(limiter)


def test_callers_and_doors_are_counted_apart_and_told_when_to_come_back() -> None:
    began = time.monotonic()
    one, other = RateLimiter(unique("api"), 1), RateLimiter(unique("door"), 1)
    one.count("ann")
    one.count("bob")
    other.count("ann")

    with pytest.raises(TooMany) as told:
        one.count("ann")

    passed = time.monotonic() - began
    assert 59 - passed <= told.value.retry_after <= 60


def test_counts_are_not_written_to_the_log_of_the_database() -> None:
    with connections["system"].cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = %s", [
            CallCount._meta.db_table,
        ])  # fmt: skip
        assert cursor.fetchone() == ("u",)

"""Two who do something at the same moment: the first has written and not yet committed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from django.db import connections, transaction

from tests.processes import happens_within
from watchfloor.platform.tenancy.context import tenant_scope

T = TypeVar("T")
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def done_beside(unfinished: Callable[[], object], second: Callable[[], T], *, tenant: int) -> T:
    """Begin `second` once `unfinished` has written, commit when it waits; return or raise what
    it does."""
    done: Future[T] = Future()

    def work() -> None:
        try:
            with tenant_scope(tenant):
                done.set_result(second())
        except BaseException as error:  # noqa: BLE001  it is raised where it is asked for
            done.set_exception(error)
        finally:
            connections.close_all()

    beside = threading.Thread(target=work)
    with tenant_scope(tenant), transaction.atomic():
        unfinished()
        beside.start()
        assert happens_within(somebody_waits, seconds=20)
    beside.join()
    return done.result()


def somebody_waits() -> bool:
    with connections["owner"].cursor() as cursor:
        cursor.execute(WAITING)
        [waiting] = cursor.fetchone()
    return bool(waiting)

"""Connections that are handed from request to request do not carry a tenant over."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from tests.make import make_integration, make_tenant
from watchfloor.platform.tenancy.backend.base import DatabaseWrapper
from watchfloor.platform.tenancy.context import tenant_scope

ALIAS = "default"
POOL = {"min_size": 1, "max_size": 2, "timeout": 20}


def wrapper() -> DatabaseWrapper:
    """Return what a request's thread has: its own wrapper over the process's one pool."""
    plain = connections["default"].settings_dict
    options = {**plain["OPTIONS"], "pool": POOL}
    return DatabaseWrapper({**plain, "CONN_MAX_AGE": 0, "OPTIONS": options}, ALIAS)


@pytest.fixture(autouse=True)
def _close_pool() -> Iterator[None]:
    yield
    wrapper().close_pool()


def read(tenant_id: int) -> list[tuple[int]]:
    mine = wrapper()
    try:
        with tenant_scope(tenant_id), mine.cursor() as cursor:
            cursor.execute("SELECT DISTINCT tenant_id FROM accounts_integration")
            return cursor.fetchall()
    finally:
        mine.close()
        connections.close_all()


def test_two_hundred_interleaved_requests_of_two_tenants_see_their_own_rows():
    tenants = [make_tenant() for _ in range(2)]
    for tenant in tenants:
        make_integration(tenant)
    asked = [tenants[number % 2].pk for number in range(200)]

    with ThreadPoolExecutor(8) as threads:
        seen = list(threads.map(read, asked))

    assert seen == [[(tenant_id,)] for tenant_id in asked]


def test_a_request_of_nobody_sees_nothing_on_a_connection_used_before():
    tenant = make_tenant()
    make_integration(tenant)
    assert read(tenant.pk) == [(tenant.pk,)]

    seen: list[object] = []

    def as_nobody() -> None:
        mine = wrapper()
        with mine.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM accounts_integration")
            seen.append(cursor.fetchone())
        mine.close()

    thread = threading.Thread(target=as_nobody)
    thread.start()
    thread.join()

    assert seen == [(0,)]

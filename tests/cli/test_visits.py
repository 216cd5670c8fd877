"""Who plays beside whom, by keys that end with the one who was given them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from tests.make import make_tenant
from watchfloor.cli.nightshift import Keys, end_keys, fresh_keys
from watchfloor.cli.visiting import leave
from watchfloor.platform.accounts.models import ApiKey
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _with_database(database: object, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def alive(tenant: Tenant, keys: Keys) -> bool:
    with tenant_scope(tenant.pk):
        left = ApiKey.objects.filter(pk__in=[key.pk for key in keys.rows], revoked_at=None).count()
    assert left in {0, 2}
    return left == 2


def test_two_drills_at_once_each_end_their_own_keys() -> None:
    tenant = make_tenant(is_demo=True)
    one = fresh_keys(tenant, "drill", NOW, beside=True)
    other = fresh_keys(tenant, "drill", NOW + timedelta(seconds=1), beside=True)
    assert alive(tenant, one)
    assert {one.ingest, one.admin}.isdisjoint({other.ingest, other.admin})

    end_keys(tenant, one, NOW)
    assert not alive(tenant, one)
    assert alive(tenant, other)

    # Of a drill that was killed nothing is left behind; of another purpose nobody is beside.
    later = NOW + timedelta(hours=2)
    story = fresh_keys(tenant, "story", NOW)
    third = fresh_keys(tenant, "drill", later, beside=True)
    assert not alive(tenant, other)
    assert alive(tenant, story)
    assert alive(tenant, third)
    fresh_keys(tenant, "story", later)
    assert not alive(tenant, story)


@contextmanager
def stopped_database(nowhere: Path) -> Iterator[None]:
    known = connections["default"].settings_dict
    host, known["HOST"] = known["HOST"], str(nowhere)
    try:
        yield
    finally:
        known["HOST"] = host
        connections.close_all()


def test_who_leaves_a_floor_that_was_stopped_says_nothing_and_the_next_one_clears_up(
    tmp_path: Path,
) -> None:
    tenant = make_tenant(is_demo=True)
    keys = fresh_keys(tenant, "live", NOW)
    with stopped_database(tmp_path):
        leave(tenant, keys)
    assert alive(tenant, keys)

    other = fresh_keys(tenant, "live", NOW)
    assert not alive(tenant, keys)
    leave(tenant, other)
    assert not alive(tenant, other)

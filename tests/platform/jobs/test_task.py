"""Tasks on a real worker: once, in their tenant's scope, undone with the worker that dies."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.make import make_tenant
from tests.platform.jobs.worker_app import app, note
from tests.processes import happens_within
from watchfloor.embedded.broker import QUEUE_TABLE
from watchfloor.embedded.roles import OWNER, VARIABLES
from watchfloor.platform.accounts.models import Integration
from watchfloor.platform.jobs.models import JobClaim
from watchfloor.platform.tenancy.context import NoTenant, tenant_scope
from watchfloor.platform.tenancy.models import Tenant

PATIENCE = 20.0


@pytest.fixture(autouse=True)
def _broker(database: object) -> None:
    with psycopg.connect(os.environ[VARIABLES[OWNER]], autocommit=True) as connection:
        connection.execute(QUEUE_TABLE.encode())
        connection.execute("TRUNCATE queue_message")
    app.set_default()


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "celery", "-A", "tests.platform.jobs.worker_app", "worker"]
    options = ["--pool=threads", "--concurrency=2", "--without-heartbeat", "--loglevel=CRITICAL"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "watchfloor.config.settings.test"}
    process = subprocess.Popen([*command, *options], env=environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


def send(tenant: Tenant, label: str, **kwargs: Any) -> None:
    with tenant_scope(tenant.pk):
        note.apply_async((label,), kwargs)


def rows(tenant: Tenant) -> list[str]:
    with tenant_scope(tenant.pk):
        return sorted(Integration.objects.values_list("dialect", flat=True))


def claims(tenant: Tenant) -> int:
    with tenant_scope(tenant.pk):
        return JobClaim.objects.filter(task="tests.note").count()


def test_a_task_runs_once_for_its_arguments_in_the_scope_of_its_sender() -> None:
    one, other = make_tenant(), make_tenant()
    for _ in range(3):
        send(one, "a")
    send(one, "b")
    send(other, "a")
    with worker():
        assert happens_within(lambda: rows(one) == ["a", "b"], seconds=PATIENCE)
        assert happens_within(lambda: rows(other) == ["a"], seconds=PATIENCE)
        send(one, "a")
        send(one, "last")
        assert happens_within(lambda: "last" in rows(one), seconds=PATIENCE)

    assert rows(one) == ["a", "b", "last"]
    assert (claims(one), claims(other)) == (3, 1)


def test_a_failure_leaves_neither_work_nor_claim(tmp_path: Path) -> None:
    tenant, marker = make_tenant(), tmp_path / "failed once"
    with worker():
        send(tenant, "a", fail_without=str(marker))
        assert happens_within(marker.exists, seconds=PATIENCE)
        assert (rows(tenant), claims(tenant)) == ([], 0)
        send(tenant, "a", fail_without=str(marker))
        assert happens_within(lambda: rows(tenant) == ["a"], seconds=PATIENCE)

    assert claims(tenant) == 1


def test_a_killed_worker_leaves_neither_work_nor_claim(tmp_path: Path) -> None:
    tenant, gate = make_tenant(), tmp_path / "gate"
    with worker() as first:
        send(tenant, "a", wait_for=str(gate))
        assert happens_within(Path(f"{gate}.waiting").exists, seconds=PATIENCE)
        first.kill()
        first.wait()
    assert (rows(tenant), claims(tenant)) == ([], 0)

    gate.touch()
    with worker():
        send(tenant, "a", wait_for=str(gate))
        assert happens_within(lambda: rows(tenant) == ["a"], seconds=PATIENCE)


def test_a_task_sent_outside_any_scope_sees_no_tenant() -> None:
    with pytest.raises(NoTenant):
        note("loose")


def test_long_arguments_make_a_key_that_fits_and_differs() -> None:
    keys = {note.key(("x" * 1000 + end,), {}) for end in "ab"}

    assert len(keys) == 2
    assert all(len(key) <= 200 for key in keys)

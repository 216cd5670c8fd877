"""Messages through the real broker and real workers, one of which is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import transaction
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from tests.noc.integrations.incidents import make_incident
from tests.noc.integrations.receivers import MailServer, Receiver
from tests.noc.integrations.test_rules import set_hook, set_mail
from tests.processes import happens_within
from watchfloor.config import celery, schedules
from watchfloor.embedded.broker import QUEUE_TABLE
from watchfloor.embedded.roles import OWNER, VARIABLES
from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.noc.intake.models import IntakeRecord
from watchfloor.noc.integrations import dispatch, sending, services
from watchfloor.noc.integrations.models import Delivery, Heartbeat
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.events.models import OutboxEvent
from watchfloor.platform.jobs.schedule import all_schedules
from watchfloor.platform.jobs.task import TenantTask, all_tasks
from watchfloor.platform.tenancy.models import Tenant

CRITICAL, HIGH = SeverityLevel.CRITICAL, SeverityLevel.HIGH
PATIENCE = 20.0
pytestmark = pytest.mark.usefixtures("tenant")


@pytest.fixture(autouse=True)
def _broker(database: object) -> None:
    """An empty queue, and this process as a sender to it."""
    with psycopg.connect(os.environ[VARIABLES[OWNER]], autocommit=True) as connection:
        connection.execute(QUEUE_TABLE.encode())
        connection.execute("TRUNCATE queue_message")
    Delivery.everybody.using("system").filter(state="pending").update(state="sent")
    celery.app.set_default()


@contextmanager
def worker(mail: MailServer | None = None) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "watchfloor.config.settings.test",
        "WATCHFLOOR_EGRESS_ALLOW": "127.0.0.0/8",
        "WATCHFLOOR_SMTP_HOST": "127.0.0.1",
        "WATCHFLOOR_SMTP_PORT": str(mail.port if mail else 1),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "watchfloor.cli.main", "worker"], env=environment
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def tell(incident_severity: SeverityLevel, **values: Any) -> list[Delivery]:
    before = set(Delivery.objects.values_list("pk", flat=True))
    with transaction.atomic():
        incident = make_incident(incident_severity, **values)
        services.tell([incident.pk], at=timezone.now())
    return list(Delivery.objects.exclude(pk__in=before))


def states() -> set[str]:
    return set(Delivery.objects.values_list("state", flat=True))


def test_a_storm_is_told_by_hook_and_mail_with_the_panic_first(
    hook: Receiver, mail: MailServer
) -> None:
    secret = set_hook(hook.url, HIGH).secret
    assert secret
    set_hook(hook.url, CRITICAL)
    set_mail("ops@example.com", HIGH)
    for _ in range(10):
        tell(HIGH)
    [panic] = tell(CRITICAL, is_life_safety=True)
    assert dispatch.wake_due(timezone.now()) == 21

    with worker(mail):
        assert happens_within(lambda: states() == {"sent"}, seconds=PATIENCE), states()

    assert len(mail.got) == 10
    ids = [got.headers["webhook-id"] for got in hook.got]
    assert len(ids) == len(set(ids)) == 11
    assert str(panic.pk) in ids[:2], "at most the other thread's first message went before it"
    ordinary = [got for got in hook.got if got.headers["webhook-id"] != str(panic.pk)]
    Webhook(secret).verify(ordinary[0].body, ordinary[0].headers)


def test_a_worker_killed_while_sending_leaves_no_message_behind(
    hook: Receiver, mail: MailServer
) -> None:
    set_hook(hook.url, CRITICAL)
    [delivery] = tell(CRITICAL)
    hook.hold = threading.Event()
    dispatch.wake_due(timezone.now())
    with worker(mail) as first:
        assert hook.arrived.wait(PATIENCE)
        first.kill()
        first.wait()
    hook.hold.set()
    delivery.refresh_from_db()
    assert delivery.state == "sending"

    later = timezone.now() + sending.LEASE
    assert sending.settle_abandoned(later) == 1
    assert dispatch.wake_due(later) == 1
    with worker(mail):
        assert happens_within(lambda: states() == {"sent"}, seconds=PATIENCE), states()

    assert [got.headers["webhook-id"] for got in hook.got] == [str(delivery.pk)] * 2


def test_a_lost_wake_up_is_repeated_within_half_a_minute(hook: Receiver, mail: MailServer) -> None:
    set_hook(hook.url, CRITICAL)
    tell(CRITICAL)
    now = timezone.now()
    dispatch.wake_due(now)
    _broker_forgets()

    assert dispatch.wake_due(now + timedelta(seconds=29)) == 0
    assert dispatch.wake_due(now + dispatch.WOKEN) == 1
    with worker(mail):
        assert happens_within(lambda: states() == {"sent"}, seconds=PATIENCE)


def _broker_forgets() -> None:
    with psycopg.connect(os.environ[VARIABLES[OWNER]], autocommit=True) as connection:
        connection.execute("TRUNCATE queue_message")


def test_the_heartbeat_beats_while_the_floor_works_and_not_otherwise(
    hook: Receiver, mail: MailServer, tenant: Tenant
) -> None:
    OutboxEvent.everybody.using("system").all().delete()
    # What other tests left waiting would make this floor an unhealthy one.
    IntakeRecord.objects.using("owner").all().delete()
    Heartbeat.everybody.using("owner").exclude(tenant=tenant).delete()
    services.set_heartbeat(url=hook.url, every_seconds=60, by=SYSTEM, now=timezone.now())
    now = timezone.now()
    stuck = OutboxEvent.objects.create(
        kind="stuck", payload={}, created_at=now - timedelta(seconds=61)
    )
    dispatch.wake_heartbeats(now)
    stuck.delete(using="system")
    with worker(mail):
        assert not hook.arrived.wait(2)
        for _ in range(3):
            dispatch.wake_heartbeats(timezone.now())
        assert hook.arrived.wait(PATIENCE)
        assert happens_within(lambda: _beats() == [""], seconds=PATIENCE)

    assert [got.body for got in hook.got] == [b"/hook"]


def _beats() -> list[str]:
    return list(Heartbeat.objects.exclude(last_at=None).values_list("last_error", flat=True))


def test_every_task_is_a_function_with_a_claim_or_a_lease() -> None:
    tasks = all_tasks()

    assert {"noc.deliver", "noc.heartbeat"} <= set(tasks)
    for name, task in tasks.items():
        assert isinstance(task, TenantTask), f"{name}: pass base=IdempotentTask or LeasedTask"
        assert task.acks_late, name
        assert task.reject_on_worker_lost, name
        assert not isinstance(task.run, type), f"{name}: decorate a function, not a class"


def test_every_schedule_runs(database: object) -> None:
    schedules.install()

    assert len(all_schedules()) == len(schedules.SCHEDULES)
    for schedule in all_schedules():
        schedule.run(timezone.now())

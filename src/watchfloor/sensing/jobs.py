"""Jobs that are due become work orders, told of like those of any sender."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from watchfloor.aiops.operation.stored import Arrived
from watchfloor.domain.work import services as work
from watchfloor.domain.work.models import JobOccurrence
from watchfloor.noc.intake import services as intake
from watchfloor.noc.intake.models import OURSELVES
from watchfloor.platform.ids import uuid7
from watchfloor.platform.jobs.tenants import apart
from watchfloor.platform.tenancy.locks import OPERATION, try_lock
from watchfloor.platform.tenancy.models import Tenant

EVERY = timedelta(minutes=1)


def make_all_due(now: datetime) -> None:
    """Make the work orders of all jobs whose time came, those of an outage too, each once."""
    active = Tenant.objects.using("system").filter(is_active=True)
    for tenant_id in active.values_list("pk", flat=True):
        with apart(tenant_id, "jobs.make"), transaction.atomic():
            if try_lock(OPERATION, tenant_id):
                make_due(now)


def make_due(now: datetime) -> None:
    """Make those of the tenant in scope, in the caller's transaction, under its lock."""
    made = work.make_occurrences(now)
    if made:
        intake.put_events(list(_told(made, now)))


def _told(made: Iterable[JobOccurrence], now: datetime) -> Iterable[Arrived]:
    for one in made:
        event = work.event_of(one)
        yield Arrived(uuid7().hex, "work_orders", OURSELVES, now.timestamp(), event)

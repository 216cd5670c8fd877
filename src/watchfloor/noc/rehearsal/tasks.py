"""What the worker does for rehearsals, and who wakes it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from watchfloor.noc.rehearsal import running as work
from watchfloor.noc.rehearsal.models import Rehearsal
from watchfloor.noc.rehearsal.selectors import running, waiting
from watchfloor.platform.jobs.task import LeasedTask
from watchfloor.platform.tenancy.context import tenant_scope


@shared_task(base=LeasedTask, name="noc.rehearse")  # type: ignore[untyped-decorator]
def rehearse(rehearsal_id: str) -> None:
    work.run(UUID(rehearsal_id), now=timezone.now)


def wake_waiting(now: datetime) -> int:
    """Wake a worker for the rehearsal that waits longest, unless one runs; return how many."""
    everybody = Rehearsal.everybody.using("system")
    if everybody.filter(running(now)).exists():
        return 0
    found = everybody.filter(waiting(now)).order_by("created_at").first()
    if found is None:
        return 0
    with tenant_scope(found.tenant_id):
        rehearse.delay(str(found.pk))
    return 1

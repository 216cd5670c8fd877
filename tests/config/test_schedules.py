"""All that is due again and again: the scheduler runs the body of each, and none of them fails."""

from __future__ import annotations

import inspect
import threading

from django.db import connections
from django.utils import timezone
from structlog.testing import capture_logs

from tests.make import make_tenant
from tests.processes import happens_within
from tests.sensing.operation import event, work
from watchfloor.aiops.inspection.cadences import Cadence
from watchfloor.config import schedules
from watchfloor.platform.jobs import schedule
from watchfloor.platform.jobs.models import ScheduleRun
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.sensing.inspection.models import InspectionRun

SECONDS = 60


def test_each_is_a_function_that_does_its_work_when_it_is_called() -> None:
    """Not a class, whose call makes an object, nor something that is to be awaited or walked."""
    for one in schedules.SCHEDULES:
        assert inspect.isroutine(one.run), one.name
        assert not inspect.isgeneratorfunction(one.run), one.name
        assert not inspect.iscoroutinefunction(one.run), one.name
    assert len({one.name for one in schedules.SCHEDULES}) == len(schedules.SCHEDULES)


def test_the_scheduler_runs_the_body_of_each_to_its_end() -> None:
    tenant = make_tenant()
    work(tenant, event("activity", 0, kind="phone", person="P1", site="S1"), minute=1)
    ScheduleRun.objects.all().delete()
    schedules.install()
    stop, began = threading.Event(), timezone.now()
    names = {one.name for one in schedules.SCHEDULES}

    def run() -> None:
        schedule.run(stop, timezone.now)
        connections.close_all()

    def ran() -> set[str]:
        rows = ScheduleRun.objects.filter(name__in=names, last_run_at__gte=began)
        return set(rows.values_list("name", flat=True))

    scheduler = threading.Thread(target=run)
    with capture_logs() as said:
        scheduler.start()
        all_ran = happens_within(lambda: ran() == names, seconds=SECONDS)
        stop.set()
        scheduler.join(SECONDS)

    failed = [line for line in said if line["log_level"] in {"error", "critical"}]
    assert failed == []
    assert all_ran, names - ran()
    with tenant_scope(tenant.id):
        cadences = set(InspectionRun.objects.values_list("cadence", flat=True))
    assert cadences == set(Cadence)

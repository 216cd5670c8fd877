import threading
import time

import pytest
from django.db import OperationalError, connections, transaction
from django.utils import timezone

from tests.make import make_tenant
from tests.noc import flow
from watchfloor.aiops.types import Severity
from watchfloor.noc.alerts.models import NOCAlertEvent, Report
from watchfloor.noc.clustering.models import AlertCluster, ClusterMembership
from watchfloor.noc.drain import Drain
from watchfloor.noc.incidents.models import NOCIncident, TimelineEntry
from watchfloor.noc.intake import queue
from watchfloor.noc.intake.models import IntakeRecord, Lane
from watchfloor.platform.events.models import OutboxEvent
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.locks import lock_flow


def test_waiting_reports_become_alerts_clusters_and_incidents_and_are_gone():
    tenant = make_tenant()
    flow.store(tenant, [flow.make_report(0), flow.make_report(1), flow.make_report(2)])

    assert flow.drain(2) >= 3

    with tenant_scope(tenant.id):
        alert = NOCAlertEvent.objects.get()
        cluster = AlertCluster.objects.get()
        incident = NOCIncident.objects.get()
        assert alert.occurrence_count == 3
        assert ClusterMembership.objects.get().report_count == 3
        assert (cluster.alert_count, cluster.report_count) == (1, 3)
        assert (incident.number, incident.cluster_id) == (1, cluster.id)
        assert (incident.severity, incident.opened_at) == (Severity.HIGH, flow.at(0))
        assert TimelineEntry.objects.get().kind == "opened"
        assert Report.objects.filter(tenant_id=tenant.id).count() == 3
        assert not IntakeRecord.objects.filter(tenant_id=tenant.id).exists()
        [event] = OutboxEvent.objects.filter(kind="incidents.changed")
        assert event.payload == {
            "incident_ids": [str(incident.id)],
            "alert_ids": [str(alert.id)],
            "is_undoable": False,
        }


def test_a_poison_report_is_quarantined_with_its_error_and_the_others_are_grouped():
    tenant = make_tenant()
    reports = [flow.make_report(0, device=f"cam-{n}", site=f"S{n}") for n in range(100)]
    reports[41] = flow.make_report(0, message="a \x00 that no text column takes")
    flow.store(tenant, reports)

    flow.drain()

    with tenant_scope(tenant.id):
        [left] = IntakeRecord.objects.filter(tenant_id=tenant.id)
        assert left.event_id.hex == reports[41].event_id
        assert left.quarantined_at == flow.at(0)
        assert "invalid byte sequence" in left.error
        assert Report.objects.filter(tenant_id=tenant.id).count() == 99
        numbers = NOCIncident.objects.order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, len(numbers) + 1))


def test_a_damaged_record_is_quarantined_by_name():
    tenant = make_tenant()
    flow.store(tenant, [flow.make_report()])
    with tenant_scope(tenant.id):
        IntakeRecord.objects.filter(tenant_id=tenant.id).update(body=b"\x90")

    flow.drain()

    with tenant_scope(tenant.id):
        assert "damaged" in IntakeRecord.objects.get(tenant_id=tenant.id).error


def test_life_safety_goes_before_everything_that_waited_longer():
    tenant = make_tenant()
    storm = [flow.make_report(0, device=f"cam-{n}") for n in range(20)]
    panic = flow.make_report(1, alert_type="PANIC", device="", person="P7")
    flow.store(tenant, storm)
    flow.store(tenant, [panic], lane=Lane.LIFE_SAFETY)
    [mine] = [one for one in queue.waiting() if one.tenant_id == tenant.id]
    assert mine.lane == Lane.LIFE_SAFETY

    flow.drain_tenant(tenant, batches=1)

    with tenant_scope(tenant.id):
        assert NOCIncident.objects.get().is_life_safety
        first = OutboxEvent.objects.get(kind="incidents.changed")
        assert first.lane == 0


def test_a_flood_of_one_tenant_does_not_starve_another():
    flooded, small = make_tenant(), make_tenant()
    flow.store(flooded, [flow.make_report(0) for _ in range(40)])
    flow.store(small, [flow.make_report(1)])
    drain = Drain(most=10)
    drain._turns.clear()
    waiting = [one for one in queue.waiting() if one.tenant_id in (flooded.id, small.id)]

    first = drain._order(waiting)[0]
    drain._work(first, flow.at(1))
    second = drain._order(waiting)[0]

    assert (first, second) == (flooded.id, small.id)


def test_a_tenant_that_somebody_acts_on_is_left_for_the_moment():
    tenant = make_tenant()
    flow.store(tenant, [flow.make_report(0)])
    holding, done = threading.Event(), threading.Event()

    def act():
        with tenant_scope(tenant.id), transaction.atomic():
            lock_flow(tenant.id)
            holding.set()
            done.wait(10)
        connections.close_all()

    actor = threading.Thread(target=act)
    actor.start()
    holding.wait(10)
    drain = Drain()
    assert drain._work(tenant.id, flow.at(0)) == 0
    assert drain._was_locked
    done.set()
    actor.join()

    assert drain._work(tenant.id, flow.at(0)) == 1


def test_the_loop_works_what_comes_while_it_sleeps_and_stops_when_told():
    tenant = make_tenant()
    stop = threading.Event()
    drain = Drain()

    def loop():
        drain.loop(stop, timezone.now)
        connections.close_all()

    running = threading.Thread(target=loop)
    running.start()
    flow.store(tenant, [flow.make_report(0)])
    with connections["default"].cursor() as cursor:
        cursor.execute("NOTIFY wf_intake")
    deadline = time.monotonic() + 10
    with tenant_scope(tenant.id):
        while not NOCIncident.objects.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert NOCIncident.objects.count() == 1
    stop.set()
    running.join(5)
    assert not running.is_alive()


def test_a_database_that_is_away_is_not_a_bad_report(monkeypatch):
    tenant = make_tenant()
    flow.store(tenant, [flow.make_report(0)])

    def away(*_, **__):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("watchfloor.noc.pipeline.write_reports", away)
    with pytest.raises(OperationalError):
        Drain()._work(tenant.id, flow.at(0))

    with tenant_scope(tenant.id):
        assert IntakeRecord.objects.get(tenant_id=tenant.id).quarantined_at is None

"""The figures that must come out, at the door of the pipeline."""

import threading

import msgspec
import psycopg
import pytest
from django.db import connections

from tests.make import make_tenant
from tests.noc import flow, storm
from watchfloor.aiops.types import Severity
from watchfloor.noc.alerts.models import NOCAlertEvent, Report, TenantStream
from watchfloor.noc.alerts.store import unpack
from watchfloor.noc.clustering.models import AlertCluster, ClusterMembership
from watchfloor.noc.clustering.services import AlertClusteringService
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.pipeline import AlertCorrelationService, process_batch
from watchfloor.platform.errors import Invalid
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.context import tenant_scope


def test_eight_copies_of_forty_alerts_at_once_count_eight_each(tenant):
    def send(copy):
        reports = [flow.make_report(0, device=f"dev-{n}", site=f"S{n}") for n in range(40)]
        process_batch(reports, tenant_id=tenant.id, now=flow.at(0))
        connections.close_all()

    threads = [threading.Thread(target=send, args=(copy,)) for copy in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    counts = NOCAlertEvent.objects.values_list("occurrence_count", flat=True)
    assert list(counts) == [8] * 40
    numbers = NOCIncident.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, len(numbers) + 1))


def test_twenty_identical_reports_without_id_in_one_body_are_one_alert_of_twenty(tenant):
    flow.work(tenant, *(flow.make_report(0) for _ in range(20)))

    assert NOCAlertEvent.objects.get().occurrence_count == 20
    assert Report.objects.filter(tenant_id=tenant.id).count() == 20


def test_equal_ids_are_touches_and_count_once(tenant):
    first = flow.make_report(0, sender_id="a")
    flow.work(tenant, first, *(flow.make_report(0, sender_id="a", is_touch=True) for _ in range(7)))

    assert NOCAlertEvent.objects.get().occurrence_count == 1
    assert ClusterMembership.objects.get().report_count == 1
    assert Report.objects.filter(tenant_id=tenant.id, is_touch=True).count() == 7


def test_fifty_groups_in_a_burst_are_fifty_incidents(tenant):
    reports = [
        flow.make_report(0, site=f"site-{n}", device=f"device-{n}")
        for _ in range(4)
        for n in range(50)
    ]

    flow.work(tenant, *reports)

    assert NOCIncident.objects.count() == 50
    assert set(NOCIncident.objects.values_list("report_count", flat=True)) == {4}


def test_life_safety_in_a_storm_has_incidents_of_its_own_linked_to_the_storms(tenant):
    storm_reports = [flow.make_report(n / 100, device=f"cam-{n % 7}") for n in range(200)]
    dangers = [
        flow.make_report(1, alert_type="PANIC", device="", person=f"P{n}", site="S1")
        for n in range(20)
    ]

    flow.work(tenant, *storm_reports, *dangers)

    found = NOCIncident.objects.filter(is_life_safety=True)
    assert found.count() == 20
    assert set(found.values_list("alert_count", flat=True)) == {1}
    storms = set(NOCIncident.objects.filter(is_life_safety=False).values_list("id", flat=True))
    assert {row.related_incident_id for row in found} <= storms
    assert not NOCAlertEvent.objects.filter(is_life_safety=True).exclude(suppressed_by="").exists()


def test_figures_of_clusters_and_incidents_are_those_of_their_members(tenant):
    for start in range(0, 300, 37):
        flow.work(tenant, *list(storm.night(300))[start : start + 37])

    reports = Report.objects.filter(tenant_id=tenant.id, is_touch=False)
    assert sum(AlertCluster.objects.values_list("report_count", flat=True)) >= reports.count()
    for cluster in AlertCluster.objects.prefetch_related("memberships__alert"):
        members = list(cluster.memberships.all())
        alerts = {member.alert for member in members}
        assert cluster.alert_count == len(alerts)
        assert cluster.report_count == sum(member.report_count for member in members)
        firing = [a.severity for a in alerts if a.signal == 1 and a.cluster_id == cluster.pk]
        if firing:
            assert cluster.combined_severity == max(firing)
        assert cluster.is_active == bool(firing)
        incident = cluster.incident
        assert (incident.alert_count, incident.severity) == (
            cluster.alert_count,
            cluster.combined_severity,
        )


def merged_clusters() -> int:
    return AlertCluster.objects.exclude(merged_into=None).count()


def test_the_number_of_statements_does_not_grow_with_the_batch(tenant, monkeypatch):
    counted = []
    execute = psycopg.Cursor.execute

    def counting(self, *args, **kwargs):
        counted.append(args)
        return execute(self, *args, **kwargs)

    monkeypatch.setattr(psycopg.Cursor, "execute", counting)
    reports = list(storm.night(160))
    flow.work(tenant, *reports[:50])
    used = []
    for part in (reports[50:51], reports[51:101], reports[101:160]):
        before = merged_clusters()
        counted.clear()
        flow.work(tenant, *part)
        made = len(counted)
        used.append((made, merged_clusters() - before))

    # One statement for each report would make 50 more; a merge takes about a dozen.
    assert all(made <= 45 + 12 * merged for made, merged in used), used


def test_one_alert_goes_through_the_specifications_door(tenant):
    alert = AlertCorrelationService.process_alert(
        {"alert_type": "DOOR_FORCED", "severity": "high", "site": "S1", "message": "open"},
        integration_id=1,
        now=flow.at(0),
    )

    assert (alert.alert_type, alert.severity) == ("DOOR_FORCED", Severity.HIGH)
    assert NOCIncident.objects.get().cluster_id == alert.cluster_id
    with pytest.raises(Invalid) as refusal:
        AlertCorrelationService.process_alert({"site": "S1"}, integration_id=1, now=flow.at(0))
    assert "alert_type" in refusal.value.details["fields"]


def test_clustering_an_alert_answers_with_its_cluster_and_changes_nothing(tenant):
    alert = AlertCorrelationService.process_alert(
        flow.make_report(0), integration_id=1, now=flow.at(0)
    )

    for _ in range(2):
        cluster, created = AlertClusteringService.cluster_alert(alert, now=flow.at(1))
        assert (cluster.pk, created) == (alert.cluster_id, False)
    assert ClusterMembership.objects.count() == 1


def test_an_alert_without_a_cluster_is_given_one(tenant):
    flow.work(tenant, flow.make_report(0))
    stray = NOCAlertEvent.objects.get()
    life = unpack(stray.machine)
    stray.pk, stray.fingerprint = uuid7(), "f"
    stray.cluster_id, stray.bout, stray.device_name = None, 0, "cam-9"
    life.alert_id, life.fingerprint = stray.pk.hex, "f"
    stray.machine = msgspec.msgpack.encode(life)
    stray.save(force_insert=True)

    cluster, created = AlertClusteringService.cluster_alert(stray, now=flow.at(1))

    stray.refresh_from_db()
    assert (stray.cluster_id, stray.bout) == (cluster.pk, 1)
    assert cluster.memberships.filter(alert=stray).exists()
    assert created == (cluster.alert_count == 1)


def test_a_stage_that_is_not_needed_falls_back_and_is_counted(tenant, monkeypatch):
    def broken(*_, **__):
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1/0")

    monkeypatch.setattr("watchfloor.noc.alerts.accept.naming.resolve_batch", broken)
    monkeypatch.setattr("watchfloor.noc.alerts.accept.rules.suppressions", broken)

    for _ in range(2):
        flow.work(tenant, flow.make_report(0))

    alert = NOCAlertEvent.objects.get()
    assert (alert.occurrence_count, alert.site_name, alert.site_id) == (2, "S1", None)
    assert TenantStream.objects.get().fallbacks == {"names": 2, "suppression": 2}


def test_settings_that_make_no_sense_do_not_stop_the_reports():
    tenant = make_tenant()
    tenant.settings = {"alerts": {"flap_start": "often"}}
    tenant.save(using="system")
    with tenant_scope(tenant.id):
        flow.work(tenant, flow.make_report(0))

        assert NOCIncident.objects.count() == 1
        assert TenantStream.objects.get().fallbacks == {"policy": 1}

"""The live pipeline does what the core's stream does, whoever works the batches."""

from collections.abc import Callable, Sequence

import pytest

from tests.make import make_tenant
from tests.noc import flow, storm
from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.stream import AlertStream
from watchfloor.noc.alerts import models
from watchfloor.noc.clustering import state
from watchfloor.noc.clustering.models import AlertCluster, ClusterMembership
from watchfloor.noc.incidents.models import NOCIncident, TimelineEntry
from watchfloor.noc.pipeline import process_batch
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

COUNT, BATCH = 600, 23


def work_in_batches(
    tenant: Tenant,
    reports: Sequence[Report],
    *,
    batch: int = BATCH,
    between: Callable[[], None] = lambda: None,
) -> None:
    for start in range(0, len(reports), batch):
        part = reports[start : start + batch]
        process_batch(part, tenant_id=tenant.id, now=flow.moment(part[-1].received_at))
        between()


def decisions(tenant: Tenant) -> list[tuple[object, ...]]:
    """Return what became of each report, in order of arrival; alerts and clusters by number."""
    with tenant_scope(tenant.id):
        numbers = dict(AlertCluster.objects.values_list("id", "number"))
        rows = list(models.Report.objects.filter(tenant_id=tenant.id).order_by("event_id"))
    alerts = {row.alert_id: place for place, row in reversed(list(enumerate(rows)))}
    return [
        (alerts[row.alert_id], row.verdict, numbers[row.cluster_id],
         row.occurred_at, row.is_clock_suspect, row.suppressed_by)
        for row in rows
    ]  # fmt: skip


def results(tenant: Tenant) -> list[tuple[object, ...]]:
    """Return the rows that people see, without the ids that differ from run to run."""
    with tenant_scope(tenant.id):
        return [
            *models.NOCAlertEvent.objects.order_by("fingerprint", "life").values_list(
                "signal", "state", "severity", "occurrence_count", "bout", "last_seen_at",
                "expires_at", "resolved_at", "is_flapping", "message", "version",
            ),
            *ClusterMembership.objects.order_by("cluster__number", "alert_id", "bout").values_list(
                "cluster__number", "bout", "score", "threshold", "features", "runner_up_score",
                "started_at", "last_at", "report_count",
            ),
            *AlertCluster.objects.order_by("number").values_list(
                "number", "combined_severity", "alert_count", "report_count", "is_active",
                "alert_types_in_cluster", "first_alert_at", "last_alert_at", "is_late",
            ),
            *NOCIncident.objects.order_by("number").values_list(
                "number", "title", "severity", "state", "alert_count", "opened_at",
            ),
            *TimelineEntry.objects.order_by("incident__number", "at", "kind", "text").values_list(
                "incident__number", "at", "kind", "text"
            ),
        ]  # fmt: skip


@pytest.fixture(scope="module")
def reference(database: object) -> list[tuple[object, ...]]:
    """What the core alone says of the night."""
    stream = AlertStream()
    applied = list(stream.replay(storm.night(COUNT)))
    places = {one.alert_id: place for place, one in reversed(list(enumerate(applied)))}
    return [
        (places[one.alert_id], one.verdict.value, one.membership.cluster,
         flow.moment(one.at), one.clock_suspect,
         one.suppressed_by.kind.value if one.suppressed_by else None)
        for one in applied
    ]  # fmt: skip


@pytest.mark.parametrize("batch", [1, 23, 600])
def test_any_batching_decides_as_the_core_alone_does(reference, batch):
    tenant = make_tenant()
    reports = list(storm.night(COUNT))[: 90 if batch == 1 else COUNT]

    work_in_batches(tenant, reports, batch=batch)

    assert decisions(tenant) == reference[: len(reports)]


def test_a_worker_changed_after_every_batch_leaves_identical_rows(monkeypatch):
    steady, changing = make_tenant(), make_tenant()
    two = [state.Memories(), state.Memories()]

    def change_worker() -> None:
        two.reverse()
        monkeypatch.setattr(state, "memories", two[0])

    work_in_batches(steady, list(storm.night(COUNT)))
    work_in_batches(changing, list(storm.night(COUNT)), between=change_worker)

    assert decisions(changing) == decisions(steady)
    assert results(changing) == results(steady)


def test_a_worker_without_memory_leaves_identical_rows(monkeypatch):
    steady, forgetful = make_tenant(), make_tenant()
    monkeypatch.setattr(state, "CHECKPOINT_ENTRIES", 100)

    def forget() -> None:
        monkeypatch.setattr(state, "memories", state.Memories())

    work_in_batches(steady, list(storm.night(COUNT)))
    work_in_batches(forgetful, list(storm.night(COUNT)), between=forget)

    assert decisions(forgetful) == decisions(steady)
    assert results(forgetful) == results(steady)

"""What is kept quiet by what was learnt: as in the core, and let go in time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.make import NOW, make_tenant
from tests.noc import flow
from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.correlation.topology import load_inventory
from watchfloor.aiops.stream import AlertStream
from watchfloor.aiops.types import Severity, Signal
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.alerts.models import Report as ReportRow
from watchfloor.noc.clustering import state
from watchfloor.noc.incidents.lifecycle import sweep
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

DAY = 24 * 60.0
CAMERAS = [f"cam-{number}" for number in range(6)]
FLOOR = {
    "sites": [{"id": "S1"}],
    "devices": [
        {"id": "switch", "site": "S1"},
        *({"id": camera, "site": "S1", "parent": "switch"} for camera in CAMERAS),
    ],
}


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        inventory.import_inventory(
            {
                InventoryKind.SITE: [{"code": "S1", "name": "S1"}],
                InventoryKind.DEVICE: [
                    {
                        "code": row["id"],
                        "name": row["id"],
                        "site": "S1",
                        "parent": row.get("parent"),
                    }
                    for row in FLOOR["devices"]
                ],
            },
            by=Actor("user", "alice"),
            now=NOW,
        )
        yield tenant


def told(minute: float, alert_type: str, device: str, **changes: object) -> Report:
    named = {"severity": Severity.LOW, "message": "", **changes}
    return flow.make_report(minute, alert_type=alert_type, device=device, **named)


def over(minute: float, alert_type: str, device: str, **changes: object) -> Report:
    return told(minute, alert_type, device, status=Signal.RESOLVED, **changes)


def blips(count: int = 20) -> list[Report]:
    """Return alerts that are over after two minutes, one a quarter of a day."""
    starts = [number * DAY / 4 for number in range(count)]
    return [
        report
        for minute in starts
        for report in (told(minute, "LINK_DOWN", "cam-0"), over(minute + 2, "LINK_DOWN", "cam-0"))
    ]


def outages(count: int = 6, first: float = 0.0) -> list[Report]:
    found = []
    for day in range(count):
        minute = first + day * DAY
        found += [
            told(minute, "UNREACHABLE", "switch", severity=Severity.HIGH),
            *(told(minute + 0.5, "NO_SIGNAL", camera) for camera in CAMERAS[1:3]),
            over(minute + 60, "UNREACHABLE", "switch", severity=Severity.HIGH),
            *(over(minute + 61, "NO_SIGNAL", camera) for camera in CAMERAS[1:3]),
        ]
    return found


def lone_ones(count: int = 20) -> list[Report]:
    return [told(number * 26 * 60, "COVERAGE_LOW", "cam-5") for number in range(count)]


def story() -> list[Report]:
    """Return a month of all of it, in order, ids in order of arrival."""
    last = 22 * DAY
    end = [
        told(last, "LINK_DOWN", "cam-0"),
        told(last + 1, "UNREACHABLE", "switch", severity=Severity.HIGH),
        told(last + 1.5, "NO_SIGNAL", "cam-1"),
        told(last + 2, "NO_SIGNAL", "cam-2"),
        over(last + 2, "LINK_DOWN", "cam-0"),
        told(last + 15, "NO_SIGNAL", "cam-1"),
        over(last + 30, "UNREACHABLE", "switch", severity=Severity.HIGH),
        over(last + 30.5, "NO_SIGNAL", "cam-2"),
        told(last + 40, "NO_SIGNAL", "cam-1"),
        told(last + DAY, "COVERAGE_LOW", "cam-5"),
        told(last + DAY + 60, "COVERAGE_LOW", "cam-5"),
    ]
    reports = [*blips(60), *outages(), *lone_ones(), *end]
    reports.sort(key=lambda report: report.received_at)
    return [
        Report(**{name: getattr(report, name) for name in report.__struct_fields__}
               | {"event_id": uuid7().hex})
        for report in reports
    ]  # fmt: skip


@pytest.mark.parametrize("batch", [7, 400])
def test_the_floor_keeps_quiet_what_the_core_does_whoever_works_the_batches(
    tenant, monkeypatch, batch
):
    reports = story()
    core = AlertStream(inventory=load_inventory(FLOOR))
    said = [core.apply(report) for report in reports]
    monkeypatch.setattr(state, "CHECKPOINT_ENTRIES", 50)

    for start in range(0, len(reports), batch):
        flow.work(tenant, *reports[start : start + batch])
        monkeypatch.setattr(state, "memories", state.Memories())

    rows = ReportRow.objects.filter(tenant_id=tenant.id).order_by("event_id")
    expected = [one.suppressed_by for one in said]
    assert [row.suppressed_by for row in rows] == [
        (f"{one.kind}:{one.rule_id}" if one.rule_id else str(one.kind)) if one else None
        for one in expected
    ]
    assert {one.kind.value for one in expected if one} >= {"transient", "inhibited", "lone"}


def test_a_pause_ends_with_its_time_and_the_incident_is_listed_then(tenant):
    past = blips()
    for report in past:
        flow.work(tenant, report)
    flow.work(tenant, told(20 * DAY / 4, "LINK_DOWN", "cam-0"))
    paused = NOCAlertEvent.objects.latest("first_seen_at")
    incident = NOCIncident.objects.get(cluster_id=paused.cluster_id)

    assert (paused.suppressed_by, incident.is_listed) == ("transient", False)
    assert "over by themselves" in paused.suppressed_why
    assert paused.suppressed_until == flow.at(20 * DAY / 4 + 10)

    sweep(tenant.id, flow.at(20 * DAY / 4 + 9))
    paused.refresh_from_db()
    assert paused.suppressed_by == "transient"

    sweep(tenant.id, flow.at(20 * DAY / 4 + 10))
    paused.refresh_from_db()
    incident.refresh_from_db()
    assert (paused.suppressed_by, paused.suppressed_why) == ("", "")
    assert incident.is_listed


def test_a_paused_alert_that_resolves_is_never_told(tenant):
    for report in blips():
        flow.work(tenant, report)
    flow.work(tenant, told(20 * DAY / 4, "LINK_DOWN", "cam-0"))
    flow.work(tenant, over(20 * DAY / 4 + 1, "LINK_DOWN", "cam-0"))

    sweep(tenant.id, flow.at(20 * DAY / 4 + 60))

    alert = NOCAlertEvent.objects.latest("first_seen_at")
    assert alert.suppressed_by == "transient"
    assert not NOCIncident.objects.get(cluster_id=alert.cluster_id).is_listed


def test_a_loss_that_outlasts_its_cause_is_told_by_the_sweep(tenant):
    for report in outages():
        flow.work(tenant, report)
    minute = 6 * DAY
    cause = told(minute, "UNREACHABLE", "switch", severity=Severity.HIGH)
    flow.work(tenant, cause)
    flow.work(tenant, told(minute + 1, "NO_SIGNAL", "cam-1"))
    child = NOCAlertEvent.objects.latest("first_seen_at")
    assert child.suppressed_by == f"inhibited:{cause.event_id}"

    sweep(tenant.id, flow.at(minute + 30))
    child.refresh_from_db()
    assert child.suppressed_by == f"inhibited:{cause.event_id}"

    flow.work(tenant, over(minute + 31, "UNREACHABLE", "switch", severity=Severity.HIGH))
    sweep(tenant.id, flow.at(minute + 35))
    child.refresh_from_db()
    assert child.suppressed_by == ""


def test_a_lone_alert_is_told_when_another_of_its_entity_comes(tenant):
    for report in lone_ones(25):
        flow.work(tenant, report)
    minute = 25 * 26 * 60
    flow.work(tenant, told(minute, "COVERAGE_LOW", "cam-5"))
    lone = NOCAlertEvent.objects.latest("first_seen_at")
    assert lone.suppressed_by == "lone"

    flow.work(tenant, told(minute + 3, "DOOR_FORCED", "cam-5", severity=Severity.HIGH))

    lone.refresh_from_db()
    assert lone.suppressed_by == ""
    assert NOCIncident.objects.get(cluster_id=lone.cluster_id).is_listed

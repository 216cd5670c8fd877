"""People see what is kept quiet and why, and release it with one act; false sources are listed."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.make import make_tenant, make_user, signed_in
from tests.noc import flow
from watchfloor.aiops.types import Severity
from watchfloor.noc.alerts import false_sources
from watchfloor.noc.alerts import services as alerts
from watchfloor.noc.alerts.models import MaintenanceWindow, NOCAlertEvent
from watchfloor.noc.incidents import services as incidents
from watchfloor.noc.incidents.lifecycle import sweep
from watchfloor.noc.incidents.models import NOCIncident, TimelineEntry
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.models import Tenant

DAY = 24 * 60.0


@pytest.fixture
def alice(tenant: Tenant) -> Client:
    return signed_in(make_user(tenant, "operator"))


def blip(tenant: Tenant, minute: float) -> None:
    named = {"alert_type": "LINK_DOWN", "severity": Severity.LOW}
    flow.work(tenant, flow.make_report(minute, **named))
    flow.work(tenant, flow.make_resolve(minute + 2, **named))


def paused(tenant: Tenant) -> NOCAlertEvent:
    """Return an alert that is paused, for twenty of its like were over in two minutes."""
    for number in range(20):
        blip(tenant, number * DAY / 4)
    named = {"alert_type": "LINK_DOWN", "severity": Severity.LOW}
    flow.work(tenant, flow.make_report(20 * DAY / 4, **named))
    return NOCAlertEvent.objects.latest("first_seen_at")


def post(client: Client, alert: NOCAlertEvent, name: str = "release") -> tuple[int, dict]:
    path = f"/api/v1/alerts/{alert.pk}/{name}"
    answer = client.post(path, "{}", content_type="application/json")
    return answer.status_code, answer.json()


def listed(client: Client, **query: str) -> list[str]:
    items = client.get("/api/v1/alerts", query).json()["items"]
    return [item["id"] for item in items]


def test_an_operator_releases_a_paused_alert_and_its_incident_is_listed(tenant, alice):
    alert = paused(tenant)
    incident = NOCIncident.objects.get(cluster_id=alert.cluster_id)
    assert not incident.is_listed

    status, shown = post(alice, alert)

    assert (status, shown["suppressed_by"], shown["suppressed_why"]) == (200, "", "")
    incident.refresh_from_db()
    assert incident.is_listed
    row = AuditRow.objects.get(action="alert.released")
    assert (row.object_id, row.after["text"]) == (str(alert.pk), "transient")
    assert TimelineEntry.objects.filter(incident=incident, kind="alert released").count() == 1
    again, _ = post(alice, alert)
    assert again == 200
    assert AuditRow.objects.filter(action="alert.released").count() == 1


def test_lists_find_what_is_kept_quiet_by_its_reason(tenant, alice):
    alert = paused(tenant)

    [shown] = alice.get("/api/v1/alerts", {"signal": "firing"}).json()["items"]

    assert shown["suppressed_by"] == "transient"
    assert "over by themselves within 10 min" in shown["suppressed_why"]
    assert shown["suppressed_until"] is not None
    for asked in ("transient", "true"):
        assert listed(alice, suppressed=asked, signal="firing") == [str(alert.pk)]
    for asked in ("inhibited", "lone"):
        assert listed(alice, suppressed=asked, signal="firing") == []
    assert alice.get("/api/v1/alerts", {"suppressed": "boredom"}).status_code == 422


def test_what_was_never_told_shows_no_end(tenant, alice):
    alert = paused(tenant)
    named = {"alert_type": "LINK_DOWN", "severity": Severity.LOW}
    flow.work(tenant, flow.make_resolve(20 * DAY / 4 + 2, **named))

    newest = alice.get("/api/v1/alerts").json()["items"][0]

    assert (newest["id"], newest["suppressed_by"]) == (str(alert.pk), "transient")
    assert newest["suppressed_until"] is None


def test_a_stranger_and_a_reader_release_nothing(tenant):
    alert = paused(tenant)
    stranger = signed_in(make_user(make_tenant(), "admin"))
    reader = signed_in(make_user(tenant, "viewer"))

    assert post(stranger, alert)[0] == 404
    assert post(reader, alert)[0] == 403
    assert stranger.get("/api/v1/false-sources").json()["items"] == []

    alert.refresh_from_db()
    assert alert.suppressed_by == "transient"


def test_what_a_window_keeps_quiet_is_not_released_one_by_one(tenant, alice):
    MaintenanceWindow.objects.create(
        title="new lines", starts_at=flow.at(-10), ends_at=flow.at(60), created_at=flow.at(-10)
    )
    flow.work(tenant, flow.make_report(0))
    alert = NOCAlertEvent.objects.get()

    status, told = post(alice, alert)

    assert status == 409
    assert "end that one" in told["message"]


@pytest.mark.parametrize("whose", ["alert", "incident"])
def test_what_people_took_in_hand_is_no_evidence_that_its_like_pass(tenant, whose):
    bob = Actor("user", str(make_user(tenant).pk))
    named = {"alert_type": "LINK_DOWN", "severity": Severity.LOW}
    for number in range(20):
        minute = number * DAY / 4
        flow.work(tenant, flow.make_report(minute, **named))
        alert = NOCAlertEvent.objects.latest("first_seen_at")
        if whose == "alert":
            alerts.acknowledge(alert.pk, by=bob, now=flow.at(minute + 1))
        else:
            incident = NOCIncident.objects.get(cluster_id=alert.cluster_id)
            incidents.acknowledge(incident.pk, by=bob, now=flow.at(minute + 1))
        flow.work(tenant, flow.make_resolve(minute + 2, **named))
        sweep(tenant.id, flow.at(minute + 20))

    flow.work(tenant, flow.make_report(20 * DAY / 4, **named))

    assert NOCAlertEvent.objects.latest("first_seen_at").suppressed_by == ""


def test_false_sources_are_listed_with_their_rate_and_how_sure_it_is(tenant, alice):
    for number in range(8):
        blip(tenant, number * 60)
    for number in range(6):
        named = {"alert_type": "DOOR_FORCED", "device": "door-1"}
        flow.work(tenant, flow.make_report(number * 120, **named))
        flow.work(tenant, flow.make_resolve(number * 120 + 50, **named))

    [source] = false_sources.worst(EVERYTHING, now=flow.at(DAY), limit=10)

    assert (source["alert_type"], source["entity"]) == ("LINK_DOWN", "cam-1")
    assert (source["lives"], source["false"], source["rate"]) == (8, 8, 1.0)
    assert 0.7 < source["bound"] < 0.8
    assert not source["is_protected"]
    assert alice.get("/api/v1/false-sources").status_code == 200


def test_the_page_of_noise_shows_reasons_sources_and_a_way_out(tenant, alice):
    alert = paused(tenant)

    page = alice.get("/noise").content.decode()

    assert f'data-id="{alert.pk}"' in page
    assert "over by themselves within 10 min" in page
    assert "data-release" in page
    detail = alice.get(f"/alerts/{alert.pk}").content.decode()
    assert 'data-act="release"' in detail
    assert str(alert.pk) in alice.get("/alerts", {"state": "quiet"}).content.decode()


def test_a_site_knows_what_is_frequent_rare_and_new_there(tenant):
    now = 0.0
    for number in range(24):
        blip(tenant, number * 60)
        now = (number + 1) * 60
    for alert_type in ("LINK_DOWN", "DOOR_FORCED"):
        flow.work(tenant, flow.make_report(now, alert_type=alert_type, device="door-1"))
    flow.work(tenant, flow.make_report(now + 1, alert_type="DOOR_FORCED", device="door-2"))

    newest = NOCAlertEvent.objects.order_by("-first_seen_at", "-id")[:3]
    assert {(one.alert_type, one.device_name): one.outlier for one in newest} == {
        ("LINK_DOWN", "door-1"): "frequent",
        ("DOOR_FORCED", "door-1"): "new",
        ("DOOR_FORCED", "door-2"): "rare",
    }

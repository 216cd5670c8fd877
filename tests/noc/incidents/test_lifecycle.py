import pytest

from tests.make import make_user
from tests.noc import flow
from watchfloor.noc.alerts.models import MaintenanceWindow, NOCAlertEvent, Silence
from watchfloor.noc.incidents import services as incidents
from watchfloor.noc.incidents.lifecycle import sweep
from watchfloor.noc.incidents.models import NOCIncident, TimelineEntry
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.events.models import OutboxEvent


@pytest.fixture
def alice(tenant):
    return Actor("user", str(make_user(tenant).pk))


def the_incident():
    return NOCIncident.objects.get()


def kinds():
    return list(TimelineEntry.objects.order_by("at", "id").values_list("kind", flat=True))


def test_an_untouched_incident_resolves_itself_five_minutes_after_its_last_alert(tenant):
    flow.work(tenant, flow.make_report(0))
    flow.work(tenant, flow.make_resolve(1))

    sweep(tenant.id, flow.at(5.9))
    assert the_incident().state == "NEW"
    sweep(tenant.id, flow.at(6))

    incident = the_incident()
    assert (incident.state, incident.resolved_by_kind) == ("RESOLVED", "system")
    assert NOCAlertEvent.objects.get().state == "RESOLVED"
    assert kinds() == ["opened", "resolved"]
    [row] = AuditRow.objects.all()
    assert (row.actor_kind, row.after["resolved"]) == ("system", [str(incident.pk)])


def test_an_incident_in_hand_recovers_and_waits_for_its_person(tenant, alice):
    flow.work(tenant, flow.make_report(0))
    incidents.acknowledge(the_incident().pk, by=alice, now=flow.at(0.5))
    flow.work(tenant, flow.make_resolve(1))

    for _ in range(2):
        sweep(tenant.id, flow.at(7))

    incident = the_incident()
    assert (incident.state, incident.recovered_at) == ("ACKNOWLEDGED", flow.at(7))
    assert kinds() == ["opened", "acknowledged", "recovered"]


def test_what_kept_coming_back_is_over_once_it_was_quiet_for_longer_than_before(tenant):
    for minute in (0, 11, 22):
        flow.work(tenant, flow.make_report(minute))
        flow.work(tenant, flow.make_resolve(minute + 1))

    sweep(tenant.id, flow.at(52))
    assert the_incident().state == "NEW"
    swept = sweep(tenant.id, flow.at(53))

    assert the_incident().state == "RESOLVED"
    assert swept.resolved == [the_incident().pk]


def test_what_kept_coming_back_goes_on_in_its_incident_though_its_life_is_over(tenant):
    for minute in (0, 11, 22, 43):
        flow.work(tenant, flow.make_report(minute))
        flow.work(tenant, flow.make_resolve(minute + 1))
        sweep(tenant.id, flow.at(minute + 6))

    assert NOCAlertEvent.objects.count() == 2
    assert the_incident().state == "NEW"


def test_a_recovered_incident_that_fires_again_has_not_recovered(tenant, alice):
    flow.work(tenant, flow.make_report(0))
    incidents.acknowledge(the_incident().pk, by=alice, now=flow.at(0.5))
    flow.work(tenant, flow.make_resolve(1))
    sweep(tenant.id, flow.at(7))

    flow.work(tenant, flow.make_report(8))

    assert the_incident().recovered_at is None


def test_life_safety_is_never_closed_by_machine(tenant):
    flow.work(tenant, flow.make_report(0, alert_type="PANIC", device="", person="P1"))
    flow.work(tenant, flow.make_resolve(1, alert_type="PANIC", device="", person="P1"))

    sweep(tenant.id, flow.at(600))

    incident = the_incident()
    assert (incident.state, incident.is_life_safety) == ("NEW", True)
    assert incident.recovered_at is not None


def test_an_alert_whose_sender_fell_silent_expires_and_its_incident_follows(tenant):
    flow.work(tenant, flow.make_report(0, silence=300.0))

    sweep(tenant.id, flow.at(4.9))
    assert NOCAlertEvent.objects.get().signal == 1
    sweep(tenant.id, flow.at(5))

    alert = NOCAlertEvent.objects.get()
    assert (alert.signal, alert.resolved_at, alert.expires_at) == (3, flow.at(5), None)
    assert the_incident().state == "NEW"
    sweep(tenant.id, flow.at(10))
    assert the_incident().state == "RESOLVED"


def test_what_resolved_itself_is_opened_again_within_a_quarter_hour_and_not_later(tenant):
    flow.work(tenant, flow.make_report(0))
    flow.work(tenant, flow.make_resolve(1))
    sweep(tenant.id, flow.at(7))

    flow.work(tenant, flow.make_report(12))
    assert (the_incident().state, NOCAlertEvent.objects.get().state) == ("NEW", "NEW")
    flow.work(tenant, flow.make_resolve(13))
    sweep(tenant.id, flow.at(19))
    flow.work(tenant, flow.make_report(60))

    states = NOCIncident.objects.order_by("number").values_list("number", "state")
    assert list(states) == [(1, "RESOLVED"), (2, "NEW")]


def test_timers_stand_still_while_history_is_replayed(tenant):
    a_year_ago = flow.at(0).timestamp() - 365 * 86_400
    flow.work(tenant, flow.make_report(0, timestamp=a_year_ago, silence=300.0))

    sweep(tenant.id, flow.at(600))

    assert NOCAlertEvent.objects.get().signal == 1


def test_a_snoozed_incident_wakes_at_its_time(tenant, alice):
    flow.work(tenant, flow.make_report(0))
    incidents.snooze(the_incident().pk, flow.at(30), by=alice, now=flow.at(1))

    sweep(tenant.id, flow.at(29))
    assert the_incident().snoozed_until is not None
    sweep(tenant.id, flow.at(30))

    assert the_incident().snoozed_until is None
    assert kinds() == ["opened", "snoozed", "woke"]


def test_an_alert_in_maintenance_is_kept_but_not_listed_until_the_window_ends(tenant):
    MaintenanceWindow.objects.create(
        title="camera swap",
        starts_at=flow.at(-10),
        ends_at=flow.at(30),
        alert_types=["camera-offline"],
        created_at=flow.at(-20),
    )
    flow.work(tenant, flow.make_report(0), flow.make_report(0, alert_type="DOOR_FORCED"))
    quiet = NOCAlertEvent.objects.get(alert_type="CAMERA_OFFLINE")
    assert quiet.suppressed_by.startswith("maintenance:")
    assert quiet.suppressed_until == flow.at(30)

    sweep(tenant.id, flow.at(29))
    quiet.refresh_from_db()
    assert quiet.suppressed_by
    sweep(tenant.id, flow.at(30))

    quiet.refresh_from_db()
    assert quiet.suppressed_by == ""
    event = OutboxEvent.objects.order_by("number").last()
    assert str(quiet.pk) in event.payload["alert_ids"]


def test_an_incident_of_suppressed_alerts_only_is_listed_when_the_reason_ends(tenant):
    Silence.objects.create(
        reason="known",
        matchers=[{"field": "device", "op": "glob", "value": "cam-*"}],
        ends_at=flow.at(30),
        created_at=flow.at(-1),
    )
    flow.work(tenant, flow.make_report(0))
    assert not the_incident().is_listed

    sweep(tenant.id, flow.at(30))

    assert the_incident().is_listed


def test_life_safety_is_heard_through_every_silence(tenant):
    Silence.objects.create(
        reason="all quiet",
        matchers=[{"field": "site", "op": "eq", "value": "S1"}],
        ends_at=flow.at(30),
        created_at=flow.at(-1),
    )
    flow.work(tenant, flow.make_report(0, alert_type="DURESS"))

    assert NOCAlertEvent.objects.get().suppressed_by == ""
    assert the_incident().is_listed


def test_an_alert_that_keeps_changing_is_marked_and_heard_again_when_it_calms_down(tenant):
    for minute in range(0, 12, 2):
        flow.work(tenant, flow.make_report(minute))
        flow.work(tenant, flow.make_resolve(minute + 1))
    flow.work(tenant, flow.make_report(12))
    alert = NOCAlertEvent.objects.get()
    assert (alert.is_flapping, alert.suppressed_by) == (True, "flapping")

    sweep(tenant.id, flow.at(90))

    alert.refresh_from_db()
    assert (alert.is_flapping, alert.suppressed_by) == (False, "")


def test_severity_falls_when_the_severe_alert_is_over(tenant):
    flow.work(tenant, flow.make_report(0, severity=2))
    flow.work(tenant, flow.make_report(0.2, severity=5, alert_type="POWER_LOSS"))
    incident = NOCIncident.objects.get(cluster__alert_count=2)
    assert incident.severity == 5

    flow.work(tenant, flow.make_resolve(1, severity=5, alert_type="POWER_LOSS"))

    incident.refresh_from_db()
    assert incident.severity == 2

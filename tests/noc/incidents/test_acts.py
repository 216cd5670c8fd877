import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from tests.make import make_tenant, make_user
from tests.noc import flow
from watchfloor.aiops.clustering.commands import (
    ReopenCluster,
    ResolveCluster,
    TouchAlerts,
    UnacknowledgeCluster,
)
from watchfloor.aiops.clustering.log import decode_entries
from watchfloor.noc.alerts import services as alerts
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.clustering.models import ClusterCommand
from watchfloor.noc.incidents import lifecycle, opening
from watchfloor.noc.incidents import services as incidents
from watchfloor.noc.incidents.models import Disposition, NOCIncident, TimelineEntry
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Conflict, Invalid, NotFound
from watchfloor.platform.events.models import OutboxEvent
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.context import tenant_scope


@pytest.fixture
def alice(tenant):
    return actor(make_user(tenant, email="alice@example.com"))


@pytest.fixture
def bob(tenant):
    return actor(make_user(tenant, "supervisor", email="bob@example.com"))


@pytest.fixture
def incident(tenant):
    flow.work(tenant, flow.make_report(0))
    return NOCIncident.objects.get()


def actor(user):
    return Actor("user", str(user.pk))


def kinds():
    return list(TimelineEntry.objects.order_by("at", "id").values_list("kind", flat=True))


def told_commands():
    bodies = ClusterCommand.objects.order_by("number").values_list("body", flat=True)
    return [type(entry) for body in bodies for entry in decode_entries(bytes(body))]


def test_acknowledging_leaves_state_audit_row_timeline_and_event(incident, alice):
    incidents.acknowledge(incident.pk, by=alice, now=flow.at(1))

    incident.refresh_from_db()
    assert (incident.state, incident.acknowledged_at) == ("ACKNOWLEDGED", flow.at(1))
    assert str(incident.acknowledged_by_id) == alice.id
    row = AuditRow.objects.get(action="incident.acknowledged")
    assert (row.before["state"], row.after["state"]) == ("NEW", "ACKNOWLEDGED")
    assert (row.actor_kind, row.actor_id, row.object_id) == ("user", alice.id, str(incident.pk))
    assert kinds() == ["opened", "acknowledged"]
    event = OutboxEvent.objects.order_by("number").last()
    assert event.payload["incident_ids"] == [str(incident.pk)]


def test_acknowledging_twice_is_one_act(incident, alice):
    for _ in range(2):
        incidents.acknowledge(incident.pk, by=alice, now=flow.at(1))

    assert AuditRow.objects.filter(action="incident.acknowledged").count() == 1
    assert NOCIncident.objects.get().version == 2


def test_the_second_of_two_people_is_told_who_was_faster_and_what_they_did(incident, alice, bob):
    incidents.acknowledge(incident.pk, by=alice, now=flow.at(1))

    with pytest.raises(Conflict, match="taken: operator acknowledged it at 02:10:00 UTC"):
        incidents.acknowledge(incident.pk, by=bob, now=flow.at(1))
    with pytest.raises(Conflict, match="changed meanwhile: operator acknowledged it"):
        incidents.resolve(incident.pk, by=bob, now=flow.at(2), version=1)

    assert NOCIncident.objects.get().state == "ACKNOWLEDGED"


def test_a_refusal_names_the_act_that_came_before_and_not_a_note_after_it(incident, alice, bob):
    incidents.assign(incident.pk, UUID(bob.id), by=alice, now=flow.at(1))
    incidents.comment(incident.pk, "on my way", by=bob, now=flow.at(2))
    carol = actor(make_user(incident.tenant, email="carol@example.com"))

    with pytest.raises(Conflict) as refusal:
        incidents.acknowledge(incident.pk, by=carol, now=flow.at(3))

    assert refusal.value.details["earlier"] == {
        "who": "operator",
        "what": "assigned it to supervisor",
        "at": flow.at(1).isoformat(),
    }


def test_what_somebody_resolved_is_not_resolved_again_by_another(incident, alice, bob):
    incidents.resolve(incident.pk, "cable", by=alice, now=flow.at(1))
    incidents.resolve(incident.pk, "cable", by=alice, now=flow.at(2))

    for act in (incidents.resolve, incidents.acknowledge):
        with pytest.raises(Conflict, match="is resolved: operator resolved it at 02:10:00 UTC"):
            act(incident.pk, by=bob, now=flow.at(3))

    assert kinds() == ["opened", "resolved"]


def test_what_the_machine_did_meanwhile_refuses_nobody(tenant, incident, alice, bob):
    seen = incident.version
    incidents.acknowledge(incident.pk, by=alice, now=flow.at(1))
    flow.work(tenant, flow.make_resolve(2))
    lifecycle.sweep(tenant.id, flow.at(30))
    assert NOCIncident.objects.get().recovered_at

    with pytest.raises(Conflict, match="meanwhile: operator acknowledged it"):
        incidents.resolve(incident.pk, by=bob, now=flow.at(31), version=seen)
    incidents.resolve(incident.pk, by=bob, now=flow.at(31), version=seen + 1)


def test_no_note_and_no_snooze_keeps_anybody_from_acknowledging_life_safety(tenant, alice, bob):
    flow.work(tenant, flow.make_report(1, alert_type="SOS", device="", person="P1"))
    danger = NOCIncident.objects.get(is_life_safety=True)
    incidents.comment(danger.pk, "calling her", by=alice, now=flow.at(2))

    incidents.acknowledge(danger.pk, by=bob, now=flow.at(2), version=danger.version)

    assert NOCIncident.objects.get(pk=danger.pk).acknowledged_by_id == UUID(bob.id)


def test_of_acts_at_the_same_moment_one_is_applied_and_the_others_are_told(incident):
    people = [actor(make_user(incident.tenant)) for _ in range(6)]
    acts = [incidents.acknowledge, incidents.resolve, incidents.start] * 2
    ready = threading.Barrier(len(people))

    def act(number):
        try:
            with tenant_scope(incident.tenant_id):
                ready.wait(10)
                acts[number](incident.pk, by=people[number], now=flow.at(1), version=1)
            return None
        except Conflict as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as desks:
        answers = list(desks.map(act, range(len(people))))

    assert answers.count(None) == 1
    [done] = [kind for kind in kinds() if kind != "opened"]
    told = [refusal.details["earlier"]["what"] for refusal in answers if refusal]
    assert told == [f"{done} it"] * 5
    assert NOCIncident.objects.get().version == 2


def test_a_refused_act_leaves_no_trace(incident, alice):
    with pytest.raises(Conflict):
        incidents.close(incident.pk, by=alice, now=flow.at(1))

    assert kinds() == ["opened"]
    assert not AuditRow.objects.exists()


def test_assigning_takes_it_in_hand_and_refuses_strangers(incident, alice, bob):
    stranger = make_user(make_tenant())
    with pytest.raises(Invalid):
        incidents.assign(incident.pk, stranger.pk, by=alice, now=flow.at(1))

    incidents.assign(incident.pk, UUID(bob.id), by=alice, now=flow.at(1))

    incident.refresh_from_db()
    assert (incident.state, str(incident.assigned_to_id)) == ("ASSIGNED", bob.id)
    assert str(incident.acknowledged_by_id) == alice.id


def test_resolving_resolves_its_alerts_for_people_and_tells_the_clusterer(incident, alice):
    incidents.resolve(incident.pk, "cable replaced", by=alice, now=flow.at(1))

    incident.refresh_from_db()
    alert = NOCAlertEvent.objects.get()
    assert (incident.state, incident.resolution) == ("RESOLVED", "cable replaced")
    assert (incident.resolved_by_kind, incident.resolved_by_id) == ("user", alice.id)
    assert (alert.state, alert.signal) == ("RESOLVED", 1)
    assert told_commands() == [TouchAlerts, ResolveCluster]


def test_what_fires_again_within_a_quarter_hour_opens_the_resolved_incident_again(
    tenant, incident, alice
):
    flow.work(tenant, flow.make_resolve(1))
    incidents.resolve(incident.pk, by=alice, now=flow.at(2))

    flow.work(tenant, flow.make_report(10))

    incident.refresh_from_db()
    assert (incident.state, incident.resolved_at) == ("NEW", None)
    assert NOCIncident.objects.count() == 1
    assert NOCAlertEvent.objects.get().state == "NEW"
    assert kinds()[-1] == "reopened"
    assert not ClusterCommand.objects.exists()


def test_what_was_resolved_while_it_fired_opens_again_when_it_is_heard_again(
    tenant, incident, alice
):
    incidents.resolve(incident.pk, by=alice, now=flow.at(1))

    flow.work(tenant, flow.make_report(5))

    incident.refresh_from_db()
    assert incident.state == "NEW"
    assert NOCIncident.objects.count() == 1


def test_what_is_heard_again_long_after_a_person_resolved_it_is_a_new_incident(
    tenant, incident, alice
):
    incidents.resolve(incident.pk, by=alice, now=flow.at(1))

    flow.work(tenant, flow.make_report(25))

    incident.refresh_from_db()
    assert incident.state == "RESOLVED"
    assert NOCIncident.objects.count() == 2


def test_another_alert_does_not_enter_a_resolved_incident(tenant, incident, alice):
    incidents.resolve(incident.pk, by=alice, now=flow.at(1))

    flow.work(tenant, flow.make_report(2, alert_type="DOOR_FORCED"))

    incident.refresh_from_db()
    assert incident.state == "RESOLVED"
    assert NOCIncident.objects.count() == 2


def test_snoozing_has_an_end_within_a_week_and_spares_life_safety(tenant, incident, alice):
    incidents.snooze(incident.pk, flow.at(60), by=alice, now=flow.at(1))
    with pytest.raises(Invalid):
        incidents.snooze(incident.pk, flow.at(0), by=alice, now=flow.at(1))
    with pytest.raises(Invalid):
        incidents.snooze(incident.pk, flow.at(1) + timedelta(days=8), by=alice, now=flow.at(1))
    flow.work(tenant, flow.make_report(1, alert_type="SOS", device="", person="P1"))
    danger = NOCIncident.objects.get(is_life_safety=True)
    with pytest.raises(Conflict, match="never paused"):
        incidents.snooze(danger.pk, flow.at(60), by=alice, now=flow.at(1))

    incident.refresh_from_db()
    assert incident.snoozed_until == flow.at(60)


def test_escalating_and_commenting_say_why(incident, alice):
    incidents.escalate(incident.pk, "nobody answers", by=alice, now=flow.at(1))
    incidents.comment(incident.pk, " called the site ", by=alice, now=flow.at(2))
    with pytest.raises(Invalid):
        incidents.comment(incident.pk, "  ", by=alice, now=flow.at(3))

    entries = TimelineEntry.objects.order_by("-at").values_list("kind", "text")
    assert list(entries)[:2] == [
        ("commented", "called the site"),
        ("escalated", "nobody answers"),
    ]


def test_an_incident_opened_by_hand_has_the_next_number_and_no_cluster(incident, alice):
    made = opening.open_by_hand(
        title="Man reports smoke by phone",
        severity=5,
        by=alice,
        now=flow.at(3),
        is_life_safety=True,
    )

    assert (made.number, made.cluster_id, made.opened_by_kind) == (2, None, "user")
    assert OutboxEvent.objects.order_by("number").last().lane == 0
    incidents.resolve(made.pk, by=alice, now=flow.at(4))
    incidents.close(made.pk, by=alice, now=flow.at(5))
    assert NOCIncident.objects.get(pk=made.pk).state == "CLOSED"


def test_another_tenants_incident_is_not_found(incident, alice):
    with tenant_scope(make_tenant().id), pytest.raises(NotFound):
        incidents.acknowledge(incident.pk, by=alice, now=flow.at(1))
    with pytest.raises(NotFound):
        incidents.acknowledge(uuid7(), by=alice, now=flow.at(1))


def test_what_an_incident_turned_out_to_be_is_kept_and_forgotten_when_it_fires_again(
    tenant, incident, alice
):
    incidents.resolve(incident.pk, disposition=Disposition.ANIMAL, by=alice, now=flow.at(2))

    incident.refresh_from_db()
    assert incident.disposition == "animal"
    assert AuditRow.objects.get(action="incident.resolved").after["disposition"] == "animal"

    flow.work(tenant, flow.make_report(10))
    incident.refresh_from_db()
    assert (incident.state, incident.disposition) == ("NEW", "")


def test_a_resolve_taken_back_leaves_incident_and_alerts_as_they_were(tenant, incident, alice):
    alert = NOCAlertEvent.objects.get()
    alerts.acknowledge(alert.pk, by=alice, now=flow.at(1))
    alerts.snooze(alert.pk, flow.at(60), by=alice, now=flow.at(1))
    incidents.assign(incident.pk, UUID(alice.id), by=alice, now=flow.at(1))
    incidents.resolve(
        incident.pk, "gone", disposition=Disposition.WEATHER, by=alice, now=flow.at(2)
    )

    incidents.take_back(incident.pk, by=alice, now=flow.at(2.1))

    incident.refresh_from_db()
    alert.refresh_from_db()
    assert (incident.state, incident.resolved_at, incident.resolved_by_kind) == (
        "ASSIGNED",
        None,
        "",
    )
    assert (incident.resolution, incident.disposition) == ("", "")
    assert (alert.state, alert.snoozed_until) == ("ACKNOWLEDGED", flow.at(60))
    assert told_commands()[-1] is ReopenCluster
    assert kinds()[-2:] == ["resolved", "undone"]
    row = AuditRow.objects.get(action="incident.undone")
    assert (row.before["state"], row.after["state"]) == ("RESOLVED", "ASSIGNED")


def test_after_a_resolve_was_taken_back_more_of_its_kind_joins_the_incident_again(
    tenant, incident, alice
):
    incidents.resolve(incident.pk, by=alice, now=flow.at(1))
    incidents.take_back(incident.pk, by=alice, now=flow.at(1.1))

    flow.work(tenant, flow.make_report(2, alert_type="DOOR_FORCED"))

    assert NOCIncident.objects.get().alert_count == 2


def test_an_act_is_taken_back_by_whoever_did_it_and_only_while_it_is_fresh(incident, alice, bob):
    incidents.resolve(incident.pk, by=alice, now=flow.at(1))

    with pytest.raises(Conflict, match="operator resolved it"):
        incidents.take_back(incident.pk, by=bob, now=flow.at(1.1))
    with pytest.raises(Conflict, match="too late"):
        incidents.take_back(incident.pk, by=alice, now=flow.at(1.3))

    incidents.take_back(incident.pk, by=alice, now=flow.at(1.2))
    with pytest.raises(Conflict, match="no act of yours"):
        incidents.take_back(incident.pk, by=alice, now=flow.at(1.2))


ACTS = {
    "acknowledge": lambda pk, by: incidents.acknowledge(pk, by=by, now=flow.at(1)),
    "assign": lambda pk, by: incidents.assign(pk, UUID(by.id), by=by, now=flow.at(1)),
    "start": lambda pk, by: incidents.start(pk, by=by, now=flow.at(1)),
    "snooze": lambda pk, by: incidents.snooze(pk, flow.at(60), by=by, now=flow.at(1)),
    "escalate": lambda pk, by: incidents.escalate(pk, "smoke", by=by, now=flow.at(1)),
    "comment": lambda pk, by: incidents.comment(pk, "smoke", by=by, now=flow.at(1)),
    "hand_over": lambda pk, by: incidents.hand_over(pk, "smoke", by=by, now=flow.at(1)),
    "resolve": lambda pk, by: incidents.resolve(pk, "gone", by=by, now=flow.at(1)),
}


@pytest.mark.parametrize("name", ACTS)
def test_every_act_is_taken_back_as_if_it_had_not_been(name, incident, alice):
    apart = {"version", "updated_at"}

    def standing():
        [row] = NOCIncident.objects.filter(pk=incident.pk).values()
        return {column: value for column, value in row.items() if column not in apart}

    before = standing()
    done = ACTS[name](incident.pk, alice)

    taken_back = incidents.take_back(incident.pk, by=alice, now=flow.at(1.1), version=done.version)

    assert standing() == before
    assert taken_back.version > done.version
    assert kinds()[-1] == "undone"
    assert not TimelineEntry.objects.filter(text="smoke", kind__in=("commented", "handed")).exists()
    assert AuditRow.objects.get(action="incident.undone").after["act"] == name


def test_grouping_hears_that_an_acknowledge_was_taken_back(incident, alice):
    incidents.acknowledge(incident.pk, by=alice, now=flow.at(1))
    incidents.take_back(incident.pk, by=alice, now=flow.at(1.1))

    assert told_commands()[-1] is UnacknowledgeCluster


def test_what_was_done_beside_a_comment_stays_when_the_comment_is_taken_back(incident, alice, bob):
    commented = incidents.comment(incident.pk, "smoke", by=alice, now=flow.at(1))
    with transaction.atomic():
        incidents.tell(commented, "step done", "Call the site", bob, flow.at(1.05))

    incidents.take_back(incident.pk, by=alice, now=flow.at(1.1))

    assert kinds() == ["opened", "step done", "undone"]


def test_an_act_is_not_taken_back_once_somebody_has_acted_since(incident, alice, bob):
    done = incidents.acknowledge(incident.pk, by=alice, now=flow.at(1))
    incidents.comment(incident.pk, "on my way", by=bob, now=flow.at(1.1))

    with pytest.raises(Conflict, match="supervisor commented on it"):
        incidents.take_back(incident.pk, by=alice, now=flow.at(1.15), version=done.version)


def test_what_fired_again_meanwhile_is_not_touched_by_taking_the_resolve_back(
    tenant, incident, alice
):
    incidents.resolve(incident.pk, by=alice, now=flow.at(1))
    flow.work(tenant, flow.make_report(1.1))

    with pytest.raises(Conflict):
        incidents.take_back(incident.pk, by=alice, now=flow.at(1.15))

    assert NOCIncident.objects.get().state == "NEW"

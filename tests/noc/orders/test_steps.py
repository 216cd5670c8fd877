"""Steps of a standing order: done, skipped, taken back, and what must be done before resolving."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.beside import done_beside
from tests.console.making import make_alert, make_cluster, make_incident, make_site
from tests.make import NOW, make_user
from tests.noc import flow
from tests.noc.orders.making import CALL, LOOK, make_order
from watchfloor.noc.incidents import lifecycle
from watchfloor.noc.incidents import services as incidents
from watchfloor.noc.incidents.models import NOCIncident, TimelineEntry
from watchfloor.noc.orders import selectors, services, steps
from watchfloor.noc.orders.models import OrderUse, StandingOrder, StepMark
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Conflict, Invalid, NotFound
from watchfloor.platform.events.models import OutboxEvent

LATER = NOW + timedelta(minutes=4)


@pytest.fixture
def anna(tenant):
    return Actor("user", str(make_user(tenant).pk))


@pytest.fixture
def bob(tenant):
    return Actor("user", str(make_user(tenant, "supervisor").pk))


@pytest.fixture
def incident(tenant):
    return make_incident(tenant, site=make_site(tenant))


def states(incident):
    found = selectors.holding(incident)
    return [
        "open" if one.mark is None else one.mark.skipped_because or f"done by {one.by}"
        for one in found.steps
    ]


def test_a_step_is_done_once_with_its_time_and_person(tenant, incident, anna):
    order = make_order(tenant, CALL, LOOK)

    for _ in range(2):
        steps.do(incident.pk, 1, version=order.pk, by=anna, now=LATER)

    assert states(incident) == ["done by operator", "open"]
    assert [mark.at for mark in StepMark.objects.all()] == [LATER]
    [entry] = TimelineEntry.objects.filter(incident=incident)
    assert (entry.kind, entry.text, entry.actor_id) == ("step done", "1. Call the site", anna.id)
    [row] = AuditRow.objects.filter(action="order.step_done")
    assert row.after["order"] == order.order.code
    events = OutboxEvent.objects.filter(kind="incidents.changed")
    assert [event.payload["incident_ids"] for event in events] == [[str(incident.pk)]]


def test_of_two_who_tick_at_once_one_has_done_it_and_the_other_is_told_who(
    tenant, incident, anna, bob
):
    order = make_order(tenant)

    with pytest.raises(Conflict) as refused:
        done_beside(
            lambda: steps.do(incident.pk, 1, version=order.pk, by=anna, now=NOW),
            lambda: steps.do(incident.pk, 1, version=order.pk, by=bob, now=LATER),
            tenant=tenant.id,
        )

    assert refused.value.details["earlier"]["who"] == "operator"
    assert states(incident) == ["done by operator"]


def test_skipping_asks_why_and_keeps_it(tenant, incident, anna):
    order = make_order(tenant)

    with pytest.raises(Invalid):
        steps.skip(incident.pk, 1, "  ", version=order.pk, by=anna, now=NOW)
    steps.skip(incident.pk, 1, "line is dead", version=order.pk, by=anna, now=NOW)

    assert states(incident) == ["line is dead"]
    [entry] = TimelineEntry.objects.filter(incident=incident)
    assert (entry.kind, entry.text) == ("step skipped", "1. Call the site: line is dead")
    assert AuditRow.objects.get(action="order.step_skipped").after["reason"] == "line is dead"


def test_a_step_taken_back_is_open_again(tenant, incident, anna, bob):
    order = make_order(tenant)
    steps.do(incident.pk, 1, version=order.pk, by=anna, now=NOW)
    assert OrderUse.objects.get().settled_at == NOW

    for _ in range(2):
        steps.take_back(incident.pk, 1, version=order.pk, by=bob, now=LATER)

    assert states(incident) == ["open"]
    assert OrderUse.objects.get().settled_at is None
    assert AuditRow.objects.filter(action="order.step_taken_back").count() == 1


def test_required_steps_stand_before_resolving_and_are_named(tenant, incident, anna):
    order = make_order(tenant, CALL, LOOK, {"text": "Tell the client", "is_required": True})

    with pytest.raises(Conflict) as refused:
        incidents.resolve(incident.pk, by=anna, now=NOW)
    assert "2 required steps" in refused.value.message
    assert "1. Call the site; 3. Tell the client" in refused.value.message
    assert [one["number"] for one in refused.value.details["open_steps"]] == [1, 3]

    steps.do(incident.pk, 1, version=order.pk, by=anna, now=NOW)
    steps.skip(incident.pk, 3, "at the gate already", version=order.pk, by=anna, now=LATER)
    assert incidents.resolve(incident.pk, by=anna, now=LATER).state == "RESOLVED"
    assert OrderUse.objects.get().settled_at == LATER


@pytest.mark.parametrize("is_life_safety", [False, True])
def test_no_order_stands_before_any_other_act(tenant, anna, is_life_safety):
    incident = make_incident(tenant, is_life_safety=is_life_safety)
    make_order(tenant)
    user = make_user(tenant)

    assert incidents.acknowledge(incident.pk, by=anna, now=NOW).state == "ACKNOWLEDGED"
    assert incidents.assign(incident.pk, user.pk, by=anna, now=NOW).state == "ASSIGNED"
    assert incidents.escalate(incident.pk, "more hands", by=anna, now=NOW).escalated_at == NOW


def test_what_recovers_before_anybody_took_it_in_hand_resolves_itself(tenant, anna):
    make_order(tenant, now=flow.at(-5))
    flow.work(tenant, flow.make_report(0))
    flow.work(tenant, flow.make_resolve(2))

    lifecycle.sweep(tenant.id, flow.at(8))

    assert NOCIncident.objects.get().state == "RESOLVED"
    assert not OrderUse.objects.exists()


def test_what_recovers_in_somebodys_hand_waits_for_the_steps(tenant, anna):
    make_order(tenant, now=flow.at(-5))
    flow.work(tenant, flow.make_report(0))
    incident = NOCIncident.objects.get()
    incidents.acknowledge(incident.pk, by=anna, now=flow.at(1))
    flow.work(tenant, flow.make_resolve(2))
    lifecycle.sweep(tenant.id, flow.at(8))

    with pytest.raises(Conflict, match="A required step"):
        incidents.resolve(incident.pk, by=anna, now=flow.at(9))


def test_an_edit_reaches_what_is_open_and_untouched_and_nothing_else(tenant, anna):
    untouched, begun, over = (make_incident(tenant) for _ in range(3))
    first = make_order(tenant, {"text": "Call"}, code="door")
    steps.do(begun.pk, 1, version=first.pk, by=anna, now=NOW)
    incidents.resolve(over.pk, by=anna, now=LATER)

    second = make_order(tenant, {"text": "Drive"}, code="door", now=LATER + timedelta(minutes=1))

    assert second.number == 2
    assert selectors.holding(untouched).version == second
    for incident in (begun, over):
        incident.refresh_from_db()
        assert selectors.holding(incident).version == first


def test_an_incident_that_ended_by_itself_shows_the_order_of_its_time(tenant):
    past, retired = NOW - timedelta(days=2), NOW - timedelta(days=1)
    incident = make_incident(tenant, state="RESOLVED", resolved_at=past + timedelta(hours=1))
    order = make_order(tenant, now=past)
    services.retire(order.order, by=Actor("user", "x"), now=retired)

    assert selectors.holding(incident).version == order
    assert selectors.holding(make_incident(tenant)) is None


def test_the_order_of_the_site_holds_by_the_clocks_there_and_the_type_of_the_first_alert(tenant):
    tower = make_site(tenant)
    tower.time_zone = "Asia/Tokyo"
    tower.save()
    alert = make_alert(tenant, alert_type="FIRE")
    cluster = make_cluster(tenant, alert)
    cluster.primary_alert = alert
    cluster.save()
    incident = make_incident(tenant, site=tower, cluster=cluster)  # 02:09 UTC is 11:09 there
    for code, hours in (("by day", "Mon 11:00-12:00"), ("by night", "Mon 02:00-03:00")):
        make_order(tenant, code=code, site=tower.code, alert_type="fire", hours=hours)
    make_order(tenant, code="everywhere")

    assert selectors.holding(incident).version.order.code == "by day"
    assert selectors.holding(make_incident(tenant)).version.order.code == "everywhere"


def test_a_site_below_another_one_inherits_its_order(tenant):
    campus, gate = make_site(tenant, "Campus"), make_site(tenant, "Gate")
    gate.parent = campus
    gate.save()
    of_client = make_order(tenant, client=gate.client.code)
    incident = make_incident(tenant, site=gate)
    assert selectors.holding(incident).version == of_client

    of_campus = make_order(tenant, site=campus.code)

    assert selectors.holding(incident).version == of_campus


def test_a_circle_of_parents_has_an_end(tenant):
    one, two = make_site(tenant, "One"), make_site(tenant, "Two")
    one.parent, two.parent = two, one
    one.save()
    two.save()
    order = make_order(tenant, site=two.code)

    assert selectors.holding(make_incident(tenant, site=one)).version == order


def test_a_step_of_another_version_or_of_none_is_refused(tenant, incident, anna):
    order = make_order(tenant, code="door")
    make_order(tenant, LOOK, code="door", now=LATER)

    for version in (order.pk, uuid4()):
        with pytest.raises(Conflict, match="another one by now"):
            steps.do(incident.pk, 1, version=version, by=anna, now=LATER)
    with pytest.raises(NotFound):
        current = selectors.holding(incident).version.pk
        steps.do(incident.pk, 2, version=current, by=anna, now=LATER)
    assert StandingOrder.objects.count() == 1


def test_an_incident_that_is_over_keeps_its_steps_as_they_are(tenant, incident, anna):
    order = make_order(tenant, LOOK)
    incidents.resolve(incident.pk, by=anna, now=NOW)

    with pytest.raises(Conflict):
        steps.do(incident.pk, 1, version=order.pk, by=anna, now=LATER)

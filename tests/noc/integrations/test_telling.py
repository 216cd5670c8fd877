"""Which incidents are told, to whom, and that nobody is told twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from tests.make import NOW, make_tenant
from tests.noc.integrations.incidents import make_incident
from tests.noc.integrations.receivers import Receiver
from tests.noc.integrations.test_rules import set_hook, set_mail
from watchfloor.domain.people.models import Person
from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.noc.incidents.models import IncidentState, NOCIncident
from watchfloor.noc.integrations import handlers, sending, services
from watchfloor.noc.integrations.models import Delivery, DeliveryState
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.events.bus import Event
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

HIGH, CRITICAL = SeverityLevel.HIGH, SeverityLevel.CRITICAL
pytestmark = pytest.mark.usefixtures("tenant")


def changed(*incidents: NOCIncident, **how: bool) -> None:
    payload = {"incident_ids": [str(incident.pk) for incident in incidents], **how}
    with transaction.atomic():
        handlers.tell_of_incidents(Event("incidents.changed", payload, 0, NOW))


def told() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("id").values_list("event", "channel"))


def test_what_leaves_the_floor_names_no_person() -> None:
    set_hook(severity=HIGH)
    Person.objects.create(code="P1", name="Grace Hill", created_at=NOW)
    changed(make_incident(HIGH, title="Grace Hill is down at feeder 7"))

    assert Delivery.objects.get().body["data"]["title"] == "G••• H••• is down at feeder 7"


def test_an_incident_is_told_once_by_each_rule_of_its_severity() -> None:
    set_hook(severity=HIGH)
    set_mail("ops@example.com", severity=HIGH)
    set_mail("boss@example.com", severity=CRITICAL)
    incident = make_incident(HIGH)

    changed(incident)
    changed(incident)

    assert told() == [("incident.opened.high", "email"), ("incident.opened.high", "webhook")]


def test_a_rise_tells_again_and_a_fall_does_not() -> None:
    set_mail("ops@example.com", severity=HIGH)
    set_mail("boss@example.com", severity=CRITICAL)
    incident = make_incident(HIGH)
    for severity in (HIGH, CRITICAL, HIGH, CRITICAL):
        NOCIncident.objects.filter(pk=incident.pk).update(severity=severity)
        changed(incident)

    assert told() == [("incident.opened.high", "email"), ("incident.raised.critical", "email")]


def test_what_is_hidden_or_over_is_not_told() -> None:
    set_hook(severity=CRITICAL)
    changed(
        make_incident(is_listed=False),
        make_incident(state=IncidentState.RESOLVED),
        make_incident(state=IncidentState.CLOSED),
        make_incident(SeverityLevel.LOW),
    )

    assert told() == []


def test_a_rule_that_is_off_tells_nothing() -> None:
    rule = set_hook(severity=CRITICAL).rule
    services.switch_rule(rule.pk, is_active=False, by=SYSTEM, now=NOW)

    changed(make_incident())

    assert told() == []


def test_life_safety_has_its_own_lane() -> None:
    set_hook(severity=CRITICAL)
    changed(make_incident(), make_incident(is_life_safety=True))

    lanes = Delivery.objects.values_list("body__data__is_life_safety", "lane")
    assert sorted(lanes) == [(False, 1), (True, 0)]


def test_another_tenants_rules_and_incidents_are_untouched(tenant: Tenant) -> None:
    other = make_tenant()
    with tenant_scope(other.pk):
        set_hook(severity=CRITICAL)
        foreign = make_incident()
    changed(foreign, make_incident())

    assert Delivery.everybody.using("system").filter(tenant__in=[tenant, other]).count() == 0


def test_what_an_act_sets_in_motion_waits_until_it_cannot_be_taken_back(hook: Receiver) -> None:
    set_hook(hook.url, severity=HIGH)
    incident = make_incident(HIGH)

    changed(incident, is_undoable=True)

    delivery = Delivery.objects.get()
    assert sending.deliver(delivery.pk, now=NOW + timedelta(seconds=9)) is None
    assert sending.deliver(delivery.pk, now=NOW + timedelta(seconds=10)) == "sent"
    assert len(hook.got) == 1


def test_what_was_taken_back_meanwhile_is_cancelled_and_told_when_it_comes_again(
    hook: Receiver,
) -> None:
    set_hook(hook.url, severity=HIGH)
    incident = make_incident(HIGH)
    changed(incident, is_undoable=True)
    cancelled = Delivery.objects.get()

    NOCIncident.objects.update(is_listed=False)
    assert sending.deliver(cancelled.pk, now=NOW + timedelta(seconds=11)) == "cancelled"
    NOCIncident.objects.update(is_listed=True)
    changed(incident)

    assert AuditRow.objects.filter(
        action="delivery.cancelled", object_id=str(cancelled.pk)
    ).exists()
    again = Delivery.objects.get(state=DeliveryState.PENDING)
    assert sending.deliver(again.pk, now=NOW) == "sent"
    assert len(hook.got) == 1


def test_neither_life_safety_nor_an_alarm_of_its_own_waits(hook: Receiver) -> None:
    set_hook(hook.url, severity=HIGH)

    changed(make_incident(HIGH, is_life_safety=True), is_undoable=True)
    changed(make_incident(HIGH))

    assert set(Delivery.objects.values_list("next_at", "is_held")) == {(NOW, False)}


def test_a_title_cannot_become_a_header() -> None:
    set_mail("ops@example.com", severity=CRITICAL)
    changed(make_incident(title="Smoke\r\nBcc: everybody@example.com"))
    delivery = Delivery.objects.get()

    from watchfloor.noc.integrations.render import subject_of  # noqa: PLC0415

    assert "\n" not in subject_of(delivery.body)
    assert "\r" not in subject_of(delivery.body)

"""What somebody did to an alert is taken back by them while it is fresh."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from tests.make import make_tenant, make_user, signed_in
from tests.noc import flow
from tests.noc.alerts.test_releasing import paused, post
from tests.noc.integrations.test_rules import set_mail
from watchfloor.aiops.types import Severity
from watchfloor.noc.alerts import services as alerts
from watchfloor.noc.alerts.models import AlertComment, NOCAlertEvent, SeverityLevel
from watchfloor.noc.incidents.models import NOCIncident, TimelineEntry
from watchfloor.noc.integrations import handlers
from watchfloor.noc.integrations.models import Delivery
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Conflict
from watchfloor.platform.events.bus import Event
from watchfloor.platform.events.models import OutboxEvent
from watchfloor.platform.tenancy.models import Tenant

ACTS: dict[str, Callable[[UUID, Actor], Any]] = {
    "acknowledge": lambda pk, by: alerts.acknowledge(pk, by=by, now=flow.at(1)),
    "assign": lambda pk, by: alerts.assign(pk, UUID(by.id), by=by, now=flow.at(1)),
    "snooze": lambda pk, by: alerts.snooze(pk, flow.at(60), by=by, now=flow.at(1)),
    "escalate": lambda pk, by: alerts.escalate(pk, "smoke", by=by, now=flow.at(1)),
    "comment": lambda pk, by: alerts.comment(pk, "smoke", by=by, now=flow.at(1)),
    "resolve": lambda pk, by: alerts.resolve(pk, "gone", by=by, now=flow.at(1)),
}


def person(tenant: Tenant, role: str = "operator") -> Actor:
    return Actor("user", str(make_user(tenant, role).pk))


@pytest.fixture
def alert(tenant: Tenant) -> NOCAlertEvent:
    flow.work(tenant, flow.make_report(0))
    return NOCAlertEvent.objects.get()


@pytest.mark.parametrize("name", ACTS)
def test_every_act_is_taken_back_as_if_it_had_not_been(
    name: str, tenant: Tenant, alert: NOCAlertEvent
) -> None:
    def standing() -> dict[str, Any]:
        [row] = NOCAlertEvent.objects.filter(pk=alert.pk).values()
        return {column: value for column, value in row.items() if column != "version"}

    anna, before = person(tenant), standing()
    ACTS[name](alert.pk, anna)

    alerts.take_back(alert.pk, by=anna, now=flow.at(1.1))

    assert standing() == before
    assert not AlertComment.objects.exists()
    assert not TimelineEntry.objects.filter(kind="alert commented").exists()
    assert TimelineEntry.objects.filter(kind="alert undone").count() == 1
    assert AuditRow.objects.get(action="alert.undone", after__act=name)


def test_it_is_refused_to_others_once_it_is_old_and_once_somebody_has_acted_since(
    tenant: Tenant, alert: NOCAlertEvent
) -> None:
    anna, bob = person(tenant), person(tenant, "supervisor")
    alerts.acknowledge(alert.pk, by=anna, now=flow.at(1))

    with pytest.raises(Conflict, match="no act of yours"):
        alerts.take_back(alert.pk, by=bob, now=flow.at(1.1))
    with pytest.raises(Conflict, match="too late"):
        alerts.take_back(alert.pk, by=anna, now=flow.at(1.3))
    alerts.comment(alert.pk, "on my way", by=bob, now=flow.at(1.1))
    with pytest.raises(Conflict, match="no act of yours"):
        alerts.take_back(alert.pk, by=anna, now=flow.at(1.1))


def test_a_release_that_is_taken_back_is_as_quiet_as_before_and_was_told_to_nobody(
    tenant: Tenant,
) -> None:
    set_mail("ops@example.com", severity=SeverityLevel.LOW)
    alert, alice = paused(tenant), signed_in(make_user(tenant))
    incident = NOCIncident.objects.get(cluster_id=alert.cluster_id)

    post(alice, alert)
    told = OutboxEvent.objects.latest("number")
    handlers.tell_of_incidents(Event(told.kind, told.payload, tenant.id, told.created_at))
    status, shown = post(alice, alert, "undo")

    assert (status, shown["suppressed_by"]) == (200, "transient")
    incident.refresh_from_db()
    assert not incident.is_listed
    waiting = Delivery.objects.get(incident=incident)
    assert (waiting.is_held, waiting.next_at > timezone.now()) == (True, True)


def test_an_incident_of_which_people_hear_otherwise_stays_in_their_list(tenant: Tenant) -> None:
    alert, alice = paused(tenant), signed_in(make_user(tenant))
    post(alice, alert)
    at = 20 * 24 * 15.0 + 1
    flow.work(tenant, flow.make_report(at, alert_type="DOOR_FORCED", severity=Severity.HIGH))
    [incident] = NOCIncident.objects.filter(cluster_id=alert.cluster_id)
    assert incident.alert_count == 2

    post(alice, alert, "undo")

    incident.refresh_from_db()
    assert incident.is_listed


def test_a_stranger_and_a_reader_take_nothing_back(tenant: Tenant, alert: NOCAlertEvent) -> None:
    stranger = signed_in(make_user(make_tenant(), "admin"))

    assert post(stranger, alert, "undo")[0] == 404
    assert post(signed_in(make_user(tenant, "viewer")), alert, "undo")[0] == 403

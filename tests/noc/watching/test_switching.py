"""While a place is watched everything is worked and nothing leaves; anybody may end it at once."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from tests.make import bearer, make_key, make_tenant, make_user, signed_in
from tests.noc import flow
from tests.noc.watching.conftest import Estate
from watchfloor.aiops.types import Severity
from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.noc.incidents import selectors as incidents
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.integrations import sending
from watchfloor.noc.integrations import services as telling
from watchfloor.noc.integrations.models import ChannelKind, Delivery, NotificationRule
from watchfloor.noc.watching import services
from watchfloor.noc.watching.models import Watch
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow


@pytest.fixture
def chief(estate: Estate) -> Client:
    return signed_in(make_user(estate.tenant, "admin"))


def post(client: Client, path: str, **body: Any):
    return client.post(f"/api/v1/watching{path}", json.dumps(body), content_type="application/json")


def rule(severity: SeverityLevel = SeverityLevel.HIGH) -> NotificationRule:
    return telling.set_rule(
        severity=severity,
        channel=ChannelKind.EMAIL,
        target="desk@example.com",
        by=SYSTEM,
        now=timezone.now(),
    ).rule


def alarm(estate: Estate, *sites: Any, **changes: Any) -> NOCIncident:
    """Work a report of each site at once, tell of it, and return the newest incident."""
    reports = [
        flow.make_report(**({"site": site.code, "device": f"cam-{site.code}"} | changes))
        for site in sites
    ]
    worked = flow.work(estate.tenant, *reports)
    telling.tell(worked.incidents.ids, at=timezone.now())
    return NOCIncident.objects.get(pk=worked.incidents.ids[-1])


def watch(estate: Estate, **place: Any) -> Watch:
    return services.start(scope=EVERYTHING, by=SYSTEM, now=timezone.now(), **place)


def told(incident: NOCIncident) -> list[tuple[str, str]]:
    return list(Delivery.objects.filter(incident=incident).values_list("state", "withheld_by"))


@pytest.mark.parametrize("kind", ["site_id", "client_id", None])
def test_of_a_watched_place_the_message_is_kept_with_its_reason_and_does_not_leave(
    estate: Estate, kind: str | None
) -> None:
    rule()
    places = {"site_id": estate.tower.pk, "client_id": estate.tower.client_id}
    watch(estate, **({kind: places[kind]} if kind else {}))

    incident = alarm(estate, estate.tower)

    assert incident.is_listed
    assert told(incident) == [("withheld", "watched")]


def test_beside_a_watched_site_messages_leave_as_ever(estate: Estate) -> None:
    rule()
    watch(estate, site_id=estate.tower.pk)

    assert told(alarm(estate, estate.depot)) == [("pending", "")]


def test_an_incident_that_reaches_beyond_what_is_watched_is_told(estate: Estate) -> None:
    watch(estate, site_id=estate.tower.pk)
    rule()
    incident = alarm(estate, estate.tower)
    incident.places.create(site=estate.depot, client_id=estate.depot.client_id)
    Delivery.objects.all().delete()

    telling.tell([incident.pk], at=timezone.now())

    assert told(incident) == [("pending", "")]


def test_of_life_safety_nothing_leaves_either_and_its_row_is_shown(estate: Estate) -> None:
    rule(SeverityLevel.CRITICAL)
    watch(estate)

    incident = alarm(estate, estate.tower, alert_type="PANIC", severity=Severity.CRITICAL)

    assert told(incident) == [("withheld", "watched")]
    [(row, _)] = incidents.incident_rows([incident.pk])
    assert (row["is_watched"], row["is_listed"], row["is_life_safety"]) == (True, True, True)


def test_what_waited_or_failed_before_the_watch_is_held_back_at_the_last_moment(
    estate: Estate,
) -> None:
    rule()
    incident = alarm(estate, estate.tower)
    [delivery] = Delivery.objects.all()
    watch(estate)

    assert sending.deliver(delivery.pk, now=timezone.now()) == "withheld"
    assert told(incident) == [("withheld", "watched")]


def test_a_test_message_of_a_rule_still_goes(estate: Estate, settings: Any) -> None:
    settings.EMAIL_PORT = 9  # nobody listens there
    watch(estate)
    delivery = telling.test_rule(rule().pk, by=SYSTEM, now=timezone.now())

    assert sending.deliver(delivery.pk, now=timezone.now()) == "pending"


def test_ending_lets_go_of_what_is_still_new_and_only_of_that(estate: Estate) -> None:
    rule()
    made = watch(estate, site_id=estate.tower.pk)
    still_new = alarm(estate, estate.tower)
    taken = alarm(estate, estate.tower, minute=300, alert_type="DOOR_FORCED", device="door-9")
    NOCIncident.objects.filter(pk=taken.pk).update(state="ACKNOWLEDGED")
    assert taken.pk != still_new.pk

    services.end(made.pk, scope=EVERYTHING, by=SYSTEM, now=timezone.now())

    assert told(still_new) == [("pending", "")]
    assert told(taken) == [("withheld", "watched")]


def test_ending_can_leave_untold_what_came_before(estate: Estate) -> None:
    rule()
    made = watch(estate)
    incident = alarm(estate, estate.tower)

    services.end(made.pk, tell_open=False, scope=EVERYTHING, by=SYSTEM, now=timezone.now())

    assert told(incident) == [("withheld", "watched")]
    [(row, _)] = incidents.incident_rows([incident.pk])
    assert not row["is_watched"]


def test_ending_one_of_two_watches_lets_nothing_go(estate: Estate) -> None:
    rule()
    of_site = watch(estate, site_id=estate.tower.pk)
    watch(estate)
    incident = alarm(estate, estate.tower)

    services.end(of_site.pk, scope=EVERYTHING, by=SYSTEM, now=timezone.now())

    assert told(incident) == [("withheld", "watched")]


def test_it_is_switched_on_and_off_over_http_once_each_and_audited(
    estate: Estate, chief: Client
) -> None:
    body = {"site_id": str(estate.tower.pk), "operators": 6, "note": "first week"}
    first, again = post(chief, "", **body), post(chief, "", **body)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["place"] == "North Tower"
    pk = first.json()["id"]
    ended = [post(chief, f"/{pk}/end").json()["ended_at"] for _ in range(2)]
    assert ended[0] == ended[1] is not None
    actions = AuditRow.objects.filter(object_id=pk).values_list("action", flat=True)
    assert sorted(actions) == ["watch.ended", "watch.started"]


def test_who_manages_one_client_watches_that_client_and_no_other(estate: Estate) -> None:
    user = make_user(estate.tenant, "admin")
    RoleGrant.objects.filter(user=user).update(client_id=estate.tower.client_id)
    bob = signed_in(user)
    elsewhere = watch(estate, site_id=estate.depot.pk)

    assert post(bob, "", site_id=str(estate.tower.pk)).status_code == 201
    assert post(bob, "", client_id=str(estate.tower.client_id)).status_code == 201
    assert post(bob, "", site_id=str(estate.depot.pk)).status_code == 404
    assert post(bob, "", client_id=str(estate.depot.client_id)).status_code == 404
    assert post(bob, "").status_code == 403
    assert post(bob, f"/{elsewhere.pk}/end").status_code == 404
    listed = bob.get("/api/v1/watching").json()["items"]
    assert {one["place"] for one in listed} == {"North Tower", "North Tower Ltd"}


def test_an_operator_sees_it_and_may_not_switch_and_a_stranger_sees_nothing(estate: Estate) -> None:
    made = watch(estate)
    operator = signed_in(make_user(estate.tenant, "operator"))
    stranger = bearer(make_key(make_tenant(), "admin"))

    assert operator.get(f"/api/v1/watching/{made.pk}").status_code == 200
    assert post(operator, "").status_code == 403
    assert post(operator, f"/{made.pk}/end").status_code == 403
    anybody = Client()
    assert anybody.get(f"/api/v1/watching/{made.pk}", headers=stranger).status_code == 404
    assert anybody.get("/api/v1/watching", headers=stranger).json()["items"] == []
    assert anybody.get("/api/v1/watching").status_code == 401


def test_a_place_is_one_thing_and_exists(estate: Estate, chief: Client) -> None:
    both = {"site_id": str(estate.tower.pk), "client_id": str(estate.tower.client_id)}

    assert post(chief, "", **both).status_code == 422
    assert post(chief, "", operators=0).status_code == 422
    assert post(chief, "", site_id=str(UUID(int=7))).status_code == 404

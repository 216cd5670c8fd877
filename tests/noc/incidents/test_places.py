"""An incident over several sites, as those see it who may see one of them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from tests.make import make_tenant, make_user, signed_in, unique
from tests.noc import flow
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming import answers
from watchfloor.domain.naming.models import InventoryKind, NameReview
from watchfloor.domain.org.models import Client, Site
from watchfloor.noc.alerts.handlers import tie_alerts
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.clustering.store import refresh_clusters
from watchfloor.noc.incidents import handlers, places, promote
from watchfloor.noc.incidents.models import IncidentPlace, NOCIncident
from watchfloor.platform.accounts.models import RoleGrant, User
from watchfloor.platform.accounts.scope import EVERYTHING, NOTHING, Place, Scope
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.events.bus import Event
from watchfloor.platform.events.models import OutboxEvent
from watchfloor.platform.live.models import LiveFrame
from watchfloor.platform.live.visibility import as_seen
from watchfloor.platform.tenancy.models import Tenant

HERE, ELSEWHERE = "North Tower", "Harbour Gate"


def make_sites(*names: str) -> list[Site]:
    """Return sites, each of a client of its own, on one feeder."""
    sites = []
    for name in names:
        client = Client.objects.create(code=unique("c"), name=f"{name} Ltd", created_at=flow.at(0))
        sites.append(
            Site.objects.create(
                code=unique("s"), name=name, client=client, feeder="feeder-2", created_at=flow.at(0)
            )
        )
    return sites


def fail_feeder(tenant: Tenant, *sites: str) -> NOCIncident:
    """Let the power fail at each of the sites; return the one incident of it."""
    flow.work(
        tenant,
        *(
            flow.make_report(
                n / 60,
                alert_type="POWER_LOSS",
                site=site,
                device=f"ups {site}",
                message=f"UPS at {site} on battery",
            )
            for n, site in enumerate(sites)
        ),
    )
    [incident] = NOCIncident.objects.all()
    return incident


def bound_to(tenant: Tenant, role: str = "operator", **bounds: Any) -> User:
    user = make_user(tenant, role)
    RoleGrant.objects.filter(user=user).update(**bounds)
    return user


def get(browser: Browser, path: str) -> Any:
    return browser.get(f"/api/v1{path}").json()


def post(browser: Browser, path: str, **body: Any) -> Any:
    return browser.post(f"/api/v1{path}", json.dumps(body), content_type="application/json")


@pytest.fixture
def shared(tenant):
    """An incident at two sites of two clients; it began elsewhere."""
    here, elsewhere = make_sites(HERE, ELSEWHERE)
    return fail_feeder(tenant, ELSEWHERE, HERE), here, elsewhere


def test_it_is_seen_from_each_of_its_sites_and_clients_and_from_no_other(tenant, shared):
    incident, here, elsewhere = shared
    [third] = make_sites("Third")
    for bounds in ({"site_id": here.pk}, {"client_id": elsewhere.client_id}):
        browser = signed_in(bound_to(tenant, **bounds))
        [row] = get(browser, "/incidents")["items"]
        assert (row["id"], row["is_whole"]) == (str(incident.pk), False)
        assert f"INC-{incident.number}" in browser.get("/").content.decode()
    for stranger in (bound_to(tenant, site_id=third.pk), make_user(make_tenant(), "admin")):
        browser = signed_in(stranger)
        assert get(browser, "/incidents")["items"] == []
        for path in (f"incidents/{incident.pk}", f"clusters/{incident.cluster_id}"):
            assert browser.get(f"/api/v1/{path}").status_code == 404


def test_who_sees_a_part_is_told_nothing_by_name_of_the_rest(tenant, shared):
    incident, here, elsewhere = shared
    alice = signed_in(make_user(tenant, "supervisor"))
    foreign, own = (NOCAlertEvent.objects.get(site=site) for site in (elsewhere, here))
    post(alice, f"/incidents/{incident.pk}/comment", text=f"{ELSEWHERE} has a generator")
    post(alice, f"/alerts/{foreign.pk}/comment", text=f"called {ELSEWHERE}")
    post(alice, f"/alerts/{own.pk}/comment", text="called the tower")
    post(alice, f"/incidents/{incident.pk}/resolve", resolution=f"{ELSEWHERE} switched over")

    browser = signed_in(bound_to(tenant, site_id=here.pk))
    told = [
        browser.get(path).content.decode()
        for path in (
            "/api/v1/incidents",
            f"/api/v1/incidents/{incident.pk}",
            "/api/v1/clusters",
            f"/api/v1/clusters/{incident.cluster_id}",
            f"/api/v1/alerts?incident={incident.pk}",
            f"/api/v1/alerts/{own.pk}",
            "/?state=all",
            "/incidents.json?state=all",
            f"/incidents/{incident.pk}",
        )
    ]

    shown = get(browser, f"/incidents/{incident.pk}")
    assert [alert["id"] for alert in shown["alerts"]] == [str(own.pk)]
    assert (shown["alert_count"], shown["is_whole"]) == (2, False)
    kinds = [entry["kind"] for entry in shown["timeline"]]
    assert kinds == ["resolved", "alert commented", "commented", "opened"]
    assert "called the tower" in shown["timeline"][1]["text"]
    secrets = (ELSEWHERE, str(elsewhere.pk), str(elsewhere.client_id), str(foreign.pk))
    for text in told:
        assert [secret for secret in secrets if secret in text] == []
    assert ELSEWHERE in alice.get(f"/incidents/{incident.pk}").content.decode()


def test_who_sees_a_part_does_not_act_for_the_rest(tenant, shared):
    incident, here, _ = shared
    browser = signed_in(bound_to(tenant, "supervisor", site_id=here.pk))
    until = (flow.at(0) + timedelta(days=36_500)).isoformat()
    for act, body in (
        ("acknowledge", {}),
        ("assign", {"user_id": str(make_user(tenant).pk)}),
        ("start", {}),
        ("snooze", {"until": until}),
        ("resolve", {}),
        ("close", {}),
    ):
        assert post(browser, f"/incidents/{incident.pk}/{act}", **body).status_code == 403, act
    assert post(browser, f"/incidents/{incident.pk}/comment", text="seen").status_code == 200
    escalated = post(browser, f"/incidents/{incident.pk}/escalate", reason="dark here")
    assert escalated.status_code == 200
    incident.refresh_from_db()
    assert incident.state == "NEW"
    own = get(browser, f"/incidents/{incident.pk}")
    assert [entry["text"] for entry in own["timeline"][:2]] == ["dark here", "seen"]


def test_who_sees_all_of_its_places_sees_and_acts_on_all_of_it(tenant, shared):
    incident, here, elsewhere = shared
    user = bound_to(tenant, site_id=here.pk)
    RoleGrant.objects.create(user=user, role="operator", client_id=elsewhere.client_id)
    browser = signed_in(user)

    assert len(get(browser, f"/incidents/{incident.pk}")["alerts"]) == 2
    answer = post(browser, f"/incidents/{incident.pk}/acknowledge")
    assert (answer.status_code, answer.json()["is_whole"]) == (200, True)


def test_open_pages_get_what_they_may_see_of_it(tenant, shared):
    incident, here, elsewhere = shared
    post(
        signed_in(make_user(tenant, "supervisor")),
        f"/incidents/{incident.pk}/resolve",
        resolution=f"{ELSEWHERE} switched over",
    )
    row = OutboxEvent.objects.order_by("-number").first()
    handlers.show_changes(Event(row.kind, row.payload, tenant.id, row.created_at))
    change = LiveFrame.objects.order_by("-number").first().changes[0]

    part = as_seen(change, Scope(site_ids=frozenset({here.pk})))
    whole = as_seen(change, Scope(client_ids=frozenset({here.client_id, elsewhere.client_id})))
    assert as_seen(change, NOTHING) is None
    assert part["row"]["id"] == str(incident.pk)
    assert ELSEWHERE not in json.dumps(part)
    assert str(elsewhere.pk) not in json.dumps(part)
    assert whole == as_seen(change, EVERYTHING)
    assert whole["row"]["resolution"] == f"{ELSEWHERE} switched over"
    assert "places" not in whole
    assert part["row"]["site_ids"] == [str(here.pk)]
    assert set(whole["row"]["site_ids"]) == {str(here.pk), str(elsewhere.pk)}


def test_it_is_found_by_any_of_its_sites_and_clients(tenant, shared):
    incident, here, elsewhere = shared
    make_sites("Third")
    alice = signed_in(make_user(tenant, "viewer"))

    for site in (here, elsewhere):
        for query in (f"site={site.pk}", f"site={site.code}", f"client={site.client_id}",
                      f"q=inc-{incident.number} {site.name.split()[0].lower()}"):  # fmt: skip
            assert found_by(alice, query) == [str(incident.pk)], query
        [row] = alice.get(f"/incidents.json?site={site.pk}").json()["rows"]
        assert row["id"] == str(incident.pk)
        assert set(row["site_ids"]) == {str(here.pk), str(elsewhere.pk)}
    assert found_by(alice, "site=Third") == found_by(alice, "q=third") == []


def test_asking_tells_nobody_where_else_it_is(tenant, shared):
    incident, here, elsewhere = shared
    browser = signed_in(bound_to(tenant, site_id=here.pk))

    assert found_by(browser, f"site={here.pk}") == [str(incident.pk)]
    assert get(browser, "/incidents")["items"][0]["site_ids"] == [str(here.pk)]
    for query in (f"site={elsewhere.pk}", f"site={ELSEWHERE}", f"client={elsewhere.client_id}",
                  f"q={ELSEWHERE}", f"q={elsewhere.code}"):  # fmt: skip
        assert found_by(browser, query) == [], query
    assert browser.get(f"/incidents.json?site={elsewhere.pk}").json()["rows"] == []


def found_by(browser: Browser, query: str) -> list[str]:
    return [row["id"] for row in get(browser, f"/incidents?{query}")["items"]]


def test_an_incident_comes_into_sight_when_it_reaches_another_site(tenant):
    here, _ = make_sites(HERE, ELSEWHERE)
    browser = signed_in(bound_to(tenant, site_id=here.pk))
    fail_feeder(tenant, ELSEWHERE)
    assert get(browser, "/incidents")["items"] == []

    incident = fail_feeder(tenant, ELSEWHERE, HERE)

    assert [row["id"] for row in get(browser, "/incidents")["items"]] == [str(incident.pk)]
    assert (incident.client_id, incident.site_id) == (None, None)


def test_an_incident_moves_to_the_site_that_an_answered_name_means(tenant):
    rows = [{"code": "S0", "name": "North Tower"}, {"code": "S1", "name": "South Tower"}]
    inventory.import_inventory({InventoryKind.SITE: rows}, by=SYSTEM, now=flow.at(0))
    incident = fail_feeder(tenant, "Tower")
    site = Site.objects.get(code="S1")
    browser = signed_in(bound_to(tenant, site_id=site.pk))
    assert get(browser, "/incidents")["items"] == []

    answers.means(NameReview.objects.get(text="Tower"), site.pk, by=SYSTEM, now=flow.at(1))
    relay("name.answered", tie_alerts, tenant)
    relay("alerts.placed", handlers.follow_placed_alerts, tenant)

    [row] = get(browser, "/incidents")["items"]
    assert (row["id"], row["site_id"]) == (str(incident.pk), str(site.pk))
    assert list(IncidentPlace.objects.values_list("client_id", "site_id")) == [(None, site.pk)]


def relay(kind: str, handler: Any, tenant: Tenant) -> None:
    event = OutboxEvent.objects.get(kind=kind)
    with transaction.atomic():
        handler(Event(event.kind, event.payload, tenant.id, flow.at(2)))


def test_what_no_place_is_known_of_is_for_those_who_see_everything(tenant, shared):
    incident, here, elsewhere = shared
    NOCAlertEvent.objects.filter(site=elsewhere).update(client=None, site=None, site_name="")
    with transaction.atomic():
        promote.refresh(refresh_clusters([incident.cluster_id]), now=flow.at(1))
    browser = signed_in(bound_to(tenant, site_id=here.pk))

    [row] = get(browser, "/incidents")["items"]

    assert (row["site_id"], row["is_whole"]) == (str(here.pk), False)
    assert "around" not in row["title"]  # its first alert is not theirs
    assert set(places.of([incident.pk])[incident.pk]) == {(here.client_id, here.pk), (None, None)}


def test_writing_places_leaves_exactly_those_that_were_given(tenant):
    one, other = make_sites("One", "Other")
    incident = fail_feeder(tenant, "")
    steps: list[list[Place]] = [
        [(one.client_id, one.pk), (None, None)],
        [(one.client_id, one.pk), (one.client_id, None), (other.client_id, other.pk)],
        [(None, other.pk)],
        [],
    ]
    for step in steps:
        with transaction.atomic():
            places.write({incident.pk: step})
        assert sorted(map(str, places.of([incident.pk])[incident.pk])) == sorted(map(str, step))


def test_a_list_within_bounds_asks_no_question_for_each_row(tenant):
    here, elsewhere = make_sites(HERE, ELSEWHERE)
    browser = signed_in(bound_to(tenant, site_id=here.pk))
    fail_feeder(tenant, ELSEWHERE, HERE)
    get(browser, "/incidents")  # who there is to be masked is read once
    few = queries_of(browser, "/api/v1/incidents")
    for n in range(20):
        incident = NOCIncident.objects.create(
            number=100 + n, title="x", severity=3, opened_at=flow.at(0), updated_at=flow.at(0)
        )
        for site in (here, elsewhere):
            IncidentPlace.objects.create(incident=incident, site=site, client_id=site.client_id)

    assert queries_of(browser, "/api/v1/incidents") == few
    assert len(get(browser, "/incidents")["items"]) == 21


def queries_of(browser: Browser, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 200
    return len(asked)

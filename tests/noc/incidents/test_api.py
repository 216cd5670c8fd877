import json
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.make import bearer, make_key, make_tenant, make_user, signed_in
from tests.noc import flow
from watchfloor.domain.org.models import Client as Customer
from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts.models import MaintenanceWindow, NOCAlertEvent
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.accounts.models import RoleGrant, User
from watchfloor.platform.audit.models import AuditRow


@pytest.fixture
def alice(tenant):
    return signed_in(make_user(tenant, "supervisor"))


def post(client, path, **body):
    return client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json")


def get(client, path, /, **query):
    return client.get(f"/api/v1{path}", query)


def storm(tenant):
    """Two alerts that belong together at one site, and one elsewhere."""
    flow.work(
        tenant,
        flow.make_report(0, source="nvr", dedup_key="cam-1/offline", labels={"rack": "7"}),
        flow.make_report(0.5, source="nvr", dedup_key="cam-1/offline"),
        flow.make_report(0.6, alert_type="POWER_LOSS", severity=5),
        flow.make_report(0.7, alert_type="DOOR_FORCED", site="S9", device="door-3"),
    )


def stuck(tenant):
    """An alert that is about a person, long before the others."""
    flow.work(
        tenant,
        flow.make_report(
            -600, alert_type="LIFT_STUCK", site="S5", client="Acme", device="", person="Ann Lee",
            entity_type="lift", entity_id="lift-2",
        ),
    )  # fmt: skip


def test_alerts_carry_their_count_and_what_was_sent(tenant, alice):
    storm(tenant)

    [alert] = get(alice, "/alerts", dedup_key="cam-1/offline").json()["items"]

    assert alert["occurrence_count"] == 2
    sent = {name: alert[name] for name in ("source", "alert_type", "device", "dedup_key", "site")}
    assert sent == {
        "source": "nvr",
        "alert_type": "CAMERA_OFFLINE",
        "device": "cam-1",
        "dedup_key": "cam-1/offline",
        "site": "S1",
    }
    assert (alert["severity"], alert["signal"], alert["state"]) == ("HIGH", "firing", "NEW")


@pytest.mark.parametrize(
    ("query", "types"),
    [
        ({"source": "nvr"}, {"CAMERA_OFFLINE"}),
        ({"alert_type": "POWER_LOSS"}, {"POWER_LOSS"}),
        ({"severity": "critical"}, {"POWER_LOSS"}),
        ({"severity": "5"}, {"POWER_LOSS"}),
        ({"site": "S9"}, {"DOOR_FORCED"}),
        ({"signal": "resolved"}, set()),
        ({"state": "NEW", "q": "door", "since": "2026-03-01T00:00Z"}, {"DOOR_FORCED"}),
        ({"since": "2026-03-02T02:09:35Z"}, {"POWER_LOSS", "DOOR_FORCED"}),
        ({"until": "2026-03-02T02:09:35Z"}, {"CAMERA_OFFLINE"}),
        ({"suppressed": "true"}, set()),
        ({"life_safety": "false", "entity_id": "x"}, set()),
        ({"device": "door-3"}, {"DOOR_FORCED"}),
        ({"device": "cam-1", "site": "S1", "alert_type": "POWER_LOSS"}, {"POWER_LOSS"}),
        ({"dedup_key": "cam-1/offline"}, {"CAMERA_OFFLINE"}),
    ],
)
def test_alerts_are_narrowed_down_by_each_filter(tenant, alice, query, types):
    storm(tenant)

    answer = get(alice, "/alerts", **query).json()

    assert {alert["alert_type"] for alert in answer["items"]} == types


def test_a_search_without_a_beginning_looks_back_a_month(tenant, alice):
    storm(tenant)
    month_ago = timezone.now() - timedelta(days=40)
    NOCAlertEvent.objects.update(last_seen_at=month_ago)
    NOCIncident.objects.update(opened_at=month_ago)
    since = (month_ago - timedelta(days=1)).isoformat()
    found = lambda path, **query: len(get(alice, path, **query).json()["items"])  # noqa: E731

    assert found("/alerts", q="door") == 0
    assert found("/alerts", q="door", since=since) == found("/alerts", alert_type="DOOR_FORCED")
    open_one = found("/incidents", q="door")
    NOCIncident.objects.update(state="CLOSED")
    assert open_one == found("/incidents", q="door", since=since) == 1
    assert found("/incidents", q="door") == 0


def test_a_search_for_too_many_words_says_how_many_may_be(alice):
    answer = get(alice, "/incidents", q="one two three four five six seven eight nine")

    assert answer.status_code == 422
    assert answer.json()["fields"] == {"q": "Search for at most 8 words."}


@pytest.mark.parametrize(
    "query",
    [
        {"entity_type": "lift"},
        {"entity_id": "lift-2"},
        {"client": "Acme"},
        {"person": "Ann Lee"},
    ],
)
def test_alerts_are_found_by_what_they_are_about(tenant, alice, query):
    stuck(tenant)
    storm(tenant)

    [alert] = get(alice, "/alerts", **query).json()["items"]

    assert alert["alert_type"] == "LIFT_STUCK"


@pytest.mark.parametrize(
    ("query", "counts"),
    [
        ({"alert_type": "POWER_LOSS"}, [2]),
        ({"device": "cam-1"}, [2]),
        ({"device": "cam-1", "alert_type": "DOOR_FORCED"}, []),
        ({"dedup_key": "cam-1/offline"}, [2]),
        ({"source": "nvr", "state": "over"}, []),
        ({"entity_type": "lift"}, [1]),
        ({"number": "999"}, []),
    ],
)
def test_incidents_are_narrowed_down_by_the_alerts_in_them(tenant, alice, query, counts):
    stuck(tenant)
    storm(tenant)

    items = get(alice, "/incidents", **query).json()["items"]

    assert [incident["alert_count"] for incident in items] == counts


def test_a_filter_that_no_list_knows_is_refused_and_those_it_knows_are_told(tenant, alice):
    answer = get(alice, "/alerts", alert_typ="POWER_LOSS")

    assert answer.status_code == 422
    assert "alert_type" in answer.json()["fields"]["alert_typ"]


def test_a_name_that_one_may_not_see_cannot_be_searched_for(tenant):
    stuck(tenant)
    vera = signed_in(make_user(tenant, "viewer"))

    shown = get(vera, "/alerts", entity_type="lift").json()["items"]

    assert [alert["person"] for alert in shown] == [None]
    for path in ("/alerts", "/incidents"):
        assert get(vera, path, person="Ann Lee").json()["items"] == []


def test_who_may_see_persons_of_one_client_sees_no_others(tenant):
    stuck(tenant)
    customer = Customer.objects.create(code="C7", name="Elsewhere", created_at=flow.at(0))
    vera = make_user(tenant, "viewer")
    RoleGrant.objects.create(user=vera, role="supervisor", client_id=customer.pk)
    browser = signed_in(vera)

    [shown] = get(browser, "/alerts", entity_type="lift").json()["items"]

    assert shown["person"] is None
    assert get(browser, "/alerts", person="Ann Lee").json()["items"] == []


def test_pages_follow_each_other_without_gap_or_double(tenant, alice):
    storm(tenant)
    seen, path = [], "/api/v1/alerts?limit=1"
    while path:
        answer = alice.get(path).json()
        seen += [alert["alert_type"] for alert in answer["items"]]
        path = answer["next"]

    assert seen == ["DOOR_FORCED", "POWER_LOSS", "CAMERA_OFFLINE"]


def test_an_incident_shows_its_alerts_why_each_is_in_it_and_what_happened(tenant, alice):
    storm(tenant)
    incident = NOCIncident.objects.get(alert_count=2)

    shown = get(alice, f"/incidents/{incident.pk}").json()

    assert {alert["alert_type"] for alert in shown["alerts"]} == {"CAMERA_OFFLINE", "POWER_LOSS"}
    [first] = [alert for alert in shown["alerts"] if alert["alert_type"] == "CAMERA_OFFLINE"]
    [joined] = [alert for alert in shown["alerts"] if alert["alert_type"] == "POWER_LOSS"]
    assert first["why"][0]["opened_cluster"]
    assert joined["why"][0]["score"] >= joined["why"][0]["threshold"] > 0
    assert joined["why"][0]["features"]
    assert [entry["kind"] for entry in shown["timeline"]] == ["opened"]


def test_reports_tell_what_each_did(tenant, alice):
    storm(tenant)
    alert = NOCAlertEvent.objects.get(alert_type="CAMERA_OFFLINE")

    items = get(alice, "/reports", alert=str(alert.pk)).json()["items"]

    assert [report["verdict"] for report in items] == ["counted", "opened"]
    assert items[1]["labels"] == {"rack": "7"}


def test_clusters_list_their_decisions(tenant, alice):
    storm(tenant)
    incident = NOCIncident.objects.get(alert_count=2)

    shown = get(alice, f"/clusters/{incident.cluster_id}").json()

    assert shown["incident_id"] == str(incident.pk)
    assert len(shown["memberships"]) == 2
    assert {row["id"] for row in get(alice, "/clusters").json()["items"]} >= {shown["id"]}


def test_acting_answers_with_the_row_and_the_second_gets_a_conflict(tenant, alice):
    storm(tenant)
    pk = NOCIncident.objects.first().pk
    bob = signed_in(make_user(tenant))

    done = post(alice, f"/incidents/{pk}/acknowledge")
    late = post(bob, f"/incidents/{pk}/acknowledge")

    assert (done.status_code, done.json()["state"]) == (200, "ACKNOWLEDGED")
    assert late.status_code == 409
    assert "supervisor acknowledged it" in late.json()["message"]


def test_every_act_on_an_incident_works_by_http(tenant, alice):
    storm(tenant)
    user = make_user(tenant)
    path = f"/incidents/{NOCIncident.objects.first().pk}"
    acts = [
        ("acknowledge", {}, "ACKNOWLEDGED"),
        ("assign", {"user_id": str(user.pk)}, "ASSIGNED"),
        ("start", {}, "IN_PROGRESS"),
        ("escalate", {"reason": "no answer"}, "IN_PROGRESS"),
        ("comment", {"text": "on site"}, "IN_PROGRESS"),
        ("resolve", {"resolution": "swapped"}, "RESOLVED"),
        ("close", {}, "CLOSED"),
    ]
    for name, body, state in acts:
        answer = post(alice, f"{path}/{name}", **body)
        assert (answer.status_code, answer.json()["state"]) == (200, state), name


def test_every_act_on_an_alert_works_by_http_and_stands_in_the_incidents_timeline(tenant, alice):
    storm(tenant)
    alert = NOCAlertEvent.objects.get(alert_type="DOOR_FORCED")
    user = make_user(tenant)
    acts = [
        ("acknowledge", {}, "ACKNOWLEDGED"),
        ("assign", {"user_id": str(user.pk)}, "ASSIGNED"),
        ("escalate", {"reason": "no answer"}, "ESCALATED"),
        ("resolve", {"resolution": "locked"}, "RESOLVED"),
    ]
    for name, body, state in acts:
        answer = post(alice, f"/alerts/{alert.pk}/{name}", **body)
        assert (answer.status_code, answer.json()["state"]) == (200, state), name
    assert post(alice, f"/alerts/{alert.pk}/comment", text="quiet now").status_code == 200

    incident = NOCIncident.objects.get(cluster_id=alert.cluster_id)
    shown = get(alice, f"/incidents/{incident.pk}").json()
    assert {entry["kind"] for entry in shown["timeline"]} >= {
        "alert acknowledged",
        "alert escalated",
        "alert resolved",
        "alert commented",
    }
    assert AuditRow.objects.filter(object_kind="alert").count() == 5


def test_an_incident_is_opened_by_hand(tenant, alice):
    answer = post(alice, "/incidents", title="Smoke reported", severity=5, is_life_safety=True)

    assert answer.status_code == 201
    assert (answer.json()["number"], answer.json()["severity"]) == (1, "CRITICAL")
    [listed] = get(alice, "/incidents", state="open", life_safety="true").json()["items"]
    assert listed["id"] == answer.json()["id"]


def test_a_stranger_finds_nothing_and_changes_nothing(tenant, alice):
    storm(tenant)
    charlie = signed_in(make_user(make_tenant(), "admin"))
    incident, alert = NOCIncident.objects.first(), NOCAlertEvent.objects.first()
    for path in (f"/incidents/{incident.pk}", f"/alerts/{alert.pk}", f"/alerts/{alert.pk}/why",
                 f"/clusters/{incident.cluster_id}", f"/alerts/{alert.pk}/comments"):  # fmt: skip
        assert get(charlie, path).status_code == 404, path
    for path in (f"/incidents/{incident.pk}/acknowledge", f"/alerts/{alert.pk}/resolve"):
        assert post(charlie, path).status_code == 404, path
    for path in ("/incidents", "/alerts", "/clusters", "/reports"):
        assert get(charlie, path).json()["items"] == [], path

    incident.refresh_from_db()
    assert incident.state == "NEW"


def test_who_is_bound_to_a_site_sees_and_opens_that_site_only(tenant):
    customer = Customer.objects.create(code="C1", name="C1", created_at=flow.at(0))
    mine = Site.objects.create(code="S9", name="S9", client=customer, created_at=flow.at(0))
    other = Site.objects.create(code="S1", name="S1", client=customer, created_at=flow.at(0))
    dora = make_user(tenant, "operator")
    RoleGrant.objects.filter(user=dora).update(site_id=mine.pk)
    browser = signed_in(dora)
    storm(tenant)

    alerts = get(browser, "/alerts").json()["items"]
    incidents = get(browser, "/incidents").json()["items"]

    assert {alert["site"] for alert in alerts} == {"S9"}
    assert {incident["site_id"] for incident in incidents} == {str(mine.pk)}
    assert len(get(browser, "/reports").json()["items"]) == 1
    assert post(browser, "/incidents", title="x", site_id=str(other.pk)).status_code == 422
    assert post(browser, "/incidents", title="x").status_code == 403
    assert post(browser, "/incidents", title="x", site_id=str(mine.pk)).status_code == 201


@pytest.mark.parametrize("noun", ["incidents", "alerts"])
def test_work_goes_to_who_may_see_it_and_to_nobody_else(tenant, alice, noun):
    customer = Customer.objects.create(code="C1", name="C1", created_at=flow.at(0))
    here = Site.objects.create(code="S9", name="S9", client=customer, created_at=flow.at(0))
    away = Site.objects.create(code="S8", name="S8", client=customer, created_at=flow.at(0))
    flow.work(tenant, flow.make_report(0, alert_type="DOOR_FORCED", site="S9"))
    rows = NOCIncident if noun == "incidents" else NOCAlertEvent
    path = f"/{noun}/{rows.objects.get().pk}/assign"
    near, far, gone, powerless = (make_user(tenant) for _ in range(4))
    RoleGrant.objects.filter(user=near).update(site_id=here.pk)
    RoleGrant.objects.filter(user=far).update(site_id=away.pk)
    RoleGrant.objects.filter(user=powerless).delete()
    User.objects.filter(pk=gone.pk).update(is_active=False)
    stranger = make_user(make_tenant())

    for refused in (far, gone, powerless, stranger):
        answer = post(alice, path, user_id=str(refused.pk))
        assert (answer.status_code, list(answer.json()["fields"])) == (422, ["user_id"])
    assert not AuditRow.objects.filter(action__endswith=".assigned").exists()
    assert post(alice, path, user_id=str(near.pk)).json()["assigned_to_id"] == str(near.pk)


def test_nobody_gets_401_and_a_viewer_may_not_act(tenant, client):
    storm(tenant)
    pk = NOCIncident.objects.first().pk
    vera = signed_in(make_user(tenant, "viewer"))

    assert client.get("/api/v1/incidents").status_code == 401
    assert post(vera, f"/incidents/{pk}/acknowledge").status_code == 403
    assert get(vera, "/incidents").status_code == 200


def test_a_key_reads_and_operates_by_its_scopes(tenant, client):
    storm(tenant)
    pk = NOCIncident.objects.first().pk
    headers = bearer(make_key(tenant, "operate"))

    answer = client.post(
        f"/api/v1/incidents/{pk}/acknowledge", "{}", "application/json", headers=headers
    )

    assert answer.status_code == 200
    assert AuditRow.objects.get(action="incident.acknowledged").actor_kind == "key"


def test_acts_that_need_no_words_need_no_body(tenant, client):
    storm(tenant)
    headers = bearer(make_key(tenant, "operate"))
    incident = f"/api/v1/incidents/{NOCIncident.objects.first().pk}"
    alert = f"/api/v1/alerts/{NOCAlertEvent.objects.first().pk}"

    done = [
        client.generic("POST", f"{thing}/{act}", headers=headers).json().get("state")
        for thing, act in (
            (alert, "acknowledge"),
            (alert, "resolve"),
            (incident, "acknowledge"),
            (incident, "start"),
            (incident, "resolve"),
            (incident, "close"),
        )
    ]

    assert done == ["ACKNOWLEDGED", "RESOLVED", "ACKNOWLEDGED", "IN_PROGRESS", "RESOLVED", "CLOSED"]


def test_a_maintenance_window_is_declared_changed_and_ended(tenant, alice):
    body = {
        "title": "camera swap",
        "starts_at": "2026-03-02T02:00:00Z",
        "ends_at": "2026-03-02T04:00:00Z",
        "alert_types": ["CAMERA_OFFLINE"],
    }
    made = post(alice, "/maintenance-windows", **body)
    assert made.status_code == 201
    storm(tenant)
    assert NOCAlertEvent.objects.get(alert_type="CAMERA_OFFLINE").suppressed_by

    path = f"/api/v1/maintenance-windows/{made.json()['id']}"
    body["ends_at"] = "2026-03-02T01:00:00Z"
    refused = alice.put(path, json.dumps(body), "application/json")
    assert (refused.status_code, "window ends" in str(refused.json())) == (422, True)
    body["ends_at"] = "2026-03-02T05:00:00Z"
    assert alice.put(path, json.dumps(body), "application/json").status_code == 200
    assert alice.delete(path).status_code == 204
    assert alice.delete(path).status_code == 404
    assert not MaintenanceWindow.objects.get().is_active


def test_a_silence_is_made_listed_and_lifted(tenant, alice):
    made = post(
        alice,
        "/silences",
        reason="known",
        matchers=[{"field": "labels.rack", "op": "eq", "value": "7"}],
        ends_at="2099-03-02T04:00:00Z",
    )
    nonsense = post(
        alice,
        "/silences",
        reason="typo",
        matchers=[{"field": "rakc", "op": "eq", "value": "7"}],
        ends_at="2099-03-02T04:00:00Z",
    )

    assert nonsense.status_code == 422
    assert made.status_code == 201
    [listed] = get(alice, "/silences").json()["items"]
    assert alice.delete(f"/api/v1/silences/{listed['id']}").status_code == 204
    assert get(alice, "/silences").json()["items"] == []


def test_incidents_are_found_by_what_they_turned_out_to_be(tenant, alice):
    storm(tenant)
    stuck(tenant)
    ids = [row["id"] for row in get(alice, "/incidents").json()["items"]]
    answer = post(alice, f"/incidents/{ids[0]}/resolve", disposition="technical")
    assert (answer.status_code, answer.json()["disposition"]) == (200, "technical")
    assert post(alice, f"/incidents/{ids[1]}/resolve").json()["disposition"] == ""
    assert post(alice, f"/incidents/{ids[1]}/resolve", disposition="ghosts").status_code == 422

    def found(said):
        items = get(alice, "/incidents", disposition=said).json()["items"]
        return [row["id"] for row in items]

    assert (found("technical"), found("none"), found("animal")) == ([ids[0]], [ids[1]], [])


def test_a_resolve_is_taken_back_by_http_and_not_by_a_stranger(tenant, alice):
    storm(tenant)
    path = f"/incidents/{get(alice, '/incidents').json()['items'][0]['id']}"
    post(alice, f"{path}/resolve")
    stranger = signed_in(make_user(make_tenant(), "admin"))
    viewer = signed_in(make_user(tenant, "viewer"))

    assert post(stranger, f"{path}/undo").status_code == 404
    assert post(viewer, f"{path}/undo").status_code == 403
    assert post(alice, f"{path}/undo").json()["state"] == "NEW"

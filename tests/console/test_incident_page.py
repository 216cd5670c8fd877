"""The page of one incident: how it stands, its causes, lanes, evidence, and for whom."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.console.making import make_alert, make_cluster, make_incident, make_site
from tests.make import NOW, make_user, signed_in
from tests.noc.evidence.test_attachments import JPEG, upload
from watchfloor.console import standing
from watchfloor.noc.alerts.models import NOCAlertEvent, SignalState
from watchfloor.noc.incidents.models import IncidentPlace, NOCIncident, TimelineEntry
from watchfloor.noc.integrations.models import ChannelKind, Delivery, DeliveryState
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

HOSTILE = '<img src=x onerror="hacked()">'


def page_of(browser: Client, incident: NOCIncident) -> str:
    answer = browser.get(f"/incidents/{incident.pk}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def figures(page: str) -> dict[str, int]:
    found = re.findall(r"<div><dt>([^<]+)</dt><dd>(\d+)</dd></div>", page)
    return {name: int(number) for name, number in found}


def power_failure(tenant: Tenant, **values: Any) -> NOCIncident:
    site = make_site(tenant)
    place = {"site": site, "client_id": site.client_id, "site_name": site.name}
    feeder = make_alert(tenant, "Feeder down", device_name="feeder-2", **place)
    ups = make_alert(
        tenant, "UPS on battery", at=NOW + timedelta(seconds=9), device_name="ups-1",
        person_name="Ann Lee", signal=SignalState.RESOLVED,
        suppressed_by=f"inhibited:{feeder.pk.hex}", **place,
    )  # fmt: skip
    cluster = make_cluster(tenant, feeder, ups, score=0.9, threshold=0.5)
    return make_incident(tenant, "Power", cluster=cluster, site=site, alert_count=2, **values)


def test_it_says_what_it_concerns_and_what_to_do_next(tenant: Tenant) -> None:
    page = page_of(signed_in(make_user(tenant)), power_failure(tenant))

    assert figures(page) == {"Client": 1, "Site": 1, "Devices": 2, "Person": 1, "Still firing": 1}
    assert "2 alerts, 1 still firing." in page
    assert "<strong>Next:</strong> Nobody has taken it: acknowledge it, or assign it." in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"state": "NEW", "is_life_safety": True}, "Somebody may be in danger"),
        ({"state": "ASSIGNED"}, "has it: note what is found"),
        ({"state": "ACKNOWLEDGED", "recovered_at": NOW}, "All its alerts are over"),
        ({"state": "RESOLVED"}, "It is over."),
        ({"snoozed_until": NOW + timedelta(days=10_000)}, "It rests"),
    ],
)
def test_the_next_step_follows_from_how_it_stands(
    tenant: Tenant, values: dict[str, Any], said: str
) -> None:
    page = page_of(signed_in(make_user(tenant)), make_incident(tenant, **values))

    assert f"<strong>Next:</strong> {said}" in page or said in page.split("Next:")[1][:120]


def test_its_cause_is_named_with_what_speaks_for_it(tenant: Tenant) -> None:
    page = page_of(signed_in(make_user(tenant)), power_failure(tenant))
    causes = page.split("What may have caused it")[1].split("</ol>")[0]

    assert re.findall(r">([^<]+)</a>", causes) == ["Feeder down"]
    assert "feeder-2 · " in causes
    assert "It lies above 1 alert in the inventory" in causes
    assert "It was heard first." in causes


def test_after_three_causes_the_others_are_shown_on_demand(tenant: Tenant) -> None:
    feeders = [make_alert(tenant, f"Feeder {n} down") for n in range(4)]
    whys = [{"suppressed_by": f"inhibited:{feeder.pk.hex}"} for feeder in feeders]
    pumps = [make_alert(tenant, f"Pump {n}", **why) for n, why in enumerate(whys)]
    cluster = make_cluster(tenant, *feeders, *pumps, score=0.9, threshold=0.5)
    incident = make_incident(tenant, "Power", cluster=cluster, alert_count=8)

    causes = page_of(signed_in(make_user(tenant)), incident).split("What may have caused it")[1]
    shown, more = causes.split("</div>")[0].split("<details><summary>1 more</summary>")

    assert [shown.count("<li>"), more.count("<li>")] == [3, 1]


def test_one_alert_alone_has_no_cause(tenant: Tenant) -> None:
    cluster = make_cluster(tenant, make_alert(tenant))
    incident = make_incident(tenant, cluster=cluster, alert_count=1)

    assert "What may have caused it" not in page_of(signed_in(make_user(tenant)), incident)


def test_a_cause_beyond_the_viewers_places_is_not_named(tenant: Tenant) -> None:
    mine, other = make_site(tenant, "Harbour"), make_site(tenant, "Airport")
    hidden = make_alert(tenant, "Runway feeder", site=other, client_id=other.client_id)
    why = {"suppressed_by": f"inhibited:{hidden.pk.hex}"}
    place = {"site": mine, "client_id": mine.client_id}
    seen = [make_alert(tenant, f"Pump {n}", **place, **why) for n in range(2)]
    cluster = make_cluster(tenant, hidden, *seen, score=0.9, threshold=0.5)
    incident = make_incident(tenant, "Power", cluster=cluster, site=mine, alert_count=3)
    user = make_user(tenant)
    with tenant_scope(tenant.id):
        IncidentPlace.objects.create(incident=incident, site=other, client_id=other.client_id)
        RoleGrant.objects.filter(user=user).update(site_id=mine.pk)

    page = page_of(signed_in(user), incident)

    assert "Runway" not in page
    assert figures(page)["Site"] == 1


def test_the_timeline_has_lanes_for_alerts_states_people_and_what_left(tenant: Tenant) -> None:
    incident = power_failure(tenant)
    browser = signed_in(make_user(tenant))
    for name, body in (("acknowledge", {}), ("comment", {"text": "Called the site"})):
        path = f"/api/v1/incidents/{incident.pk}/{name}"
        assert (
            browser.post(path, json.dumps(body), content_type="application/json").status_code == 200
        )
    with tenant_scope(tenant.id):
        Delivery.objects.create(
            incident=incident, channel=ChannelKind.EMAIL, target="duty@example.com", event="x",
            body={}, state=DeliveryState.SENT, next_at=NOW, created_at=NOW,
        )  # fmt: skip

    lanes = re.findall(
        r'<li data-in="(\w+)">.*?<span class="lane-name">\w+</span> ([^<]+?) ?<',
        page_of(browser, incident),
    )

    assert ("outside", "E-mail was sent") in lanes
    assert ("people", "Noted") in lanes
    assert ("states", "Acknowledged") in lanes
    assert {said for lane, said in lanes if lane == "alerts"} >= {"Feeder down", "UPS on battery"}
    assert "duty@example.com" not in page_of(browser, incident)


def test_what_was_handed_over_last_stands_on_top(tenant: Tenant) -> None:
    incident = make_incident(tenant)
    browser = signed_in(make_user(tenant))
    for text in ("Keys are at the gate", "The guard comes at six"):
        path = f"/api/v1/incidents/{incident.pk}/hand-over"
        browser.post(path, json.dumps({"text": text}), content_type="application/json")

    top = page_of(browser, incident).split('class="handover"')[1].split("</div>")[0]

    assert "The guard comes at six" in top
    assert "Keys are at the gate" not in top


def test_an_attachment_is_shown_and_what_its_sender_wrote_is_text(tenant: Tenant) -> None:
    incident = make_incident(tenant)
    browser = signed_in(make_user(tenant))
    made = upload(browser, incident, JPEG, name=f"{HOSTILE}.jpg", caption=HOSTILE).json()

    page = browser.get(f"/incidents/{incident.pk}/attachments").content.decode()

    assert f'<img src="/api/v1/attachments/{made["id"]}/content"' in page
    assert HOSTILE not in page


def test_audit_rows_and_the_pack_are_offered_to_those_who_may_have_them(tenant: Tenant) -> None:
    incident = make_incident(tenant)
    offered = {}
    for role in ("operator", "supervisor", "auditor", "admin"):
        browser = signed_in(make_user(tenant, role))
        page = page_of(browser, incident)
        record = browser.get(f"/incidents/{incident.pk}/record").content.decode()
        offered[role] = (
            "Audit rows" in record,
            "Evidence pack" in page,
            "Keep as evidence" in page,
        )

    assert offered == {
        "operator": (False, False, True),
        "supervisor": (False, True, True),
        "auditor": (True, True, False),
        "admin": (True, True, True),
    }


def test_the_queries_of_the_page_do_not_grow_with_the_incident(tenant: Tenant) -> None:
    incident = power_failure(tenant)
    browser = signed_in(make_user(tenant, "admin"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page_of(browser, incident)
        return len(captured)

    page_of(browser, incident)
    upload(browser, incident, JPEG, name="one.jpg")
    few = queries()
    with tenant_scope(tenant.id):
        for number in range(8):
            upload(browser, incident, JPEG + bytes([number]), name=f"{number}.jpg")
            TimelineEntry.objects.create(incident=incident, at=NOW, kind="commented", text="x")
            NOCAlertEvent.objects.filter(pk=make_alert(tenant).pk).update(
                cluster_id=incident.cluster_id
            )

    assert queries() == few <= 15


def test_impact_of_an_incident_opened_by_hand_is_its_place(tenant: Tenant) -> None:
    row = {"cluster_id": None, "client_id": 1, "site_ids": [1]}

    assert standing.impact(row, scope=None) == standing.Impact(clients=1, sites=1)  # type: ignore[arg-type]

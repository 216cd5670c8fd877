"""What pages show, and to whom."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_alert, make_cluster, make_incident, make_site
from tests.make import NOW, make_tenant, make_user, signed_in
from watchfloor.console.happenings import Happening
from watchfloor.noc.incidents.models import IncidentPlace, TimelineEntry
from watchfloor.noc.intake.models import IntakeRecord
from watchfloor.platform.accounts.models import RoleGrant, User
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.context import tenant_scope

LISTS = ("/", "/alerts")
TAKEN = {"assign", "resolve", "snooze", "escalate", "comment", "hand-over"}
FEEDS = ("/incidents.json", "/alerts.json", "/alarms.json")
HOSTILE = '<img src=x onerror="hacked()"></script><script>hacked()</script>'


def titles(answer: object) -> list[str]:
    return [row["title"] for row in answer.json()["rows"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", [*LISTS, "/incidents/new"])
def test_nobody_is_led_to_the_sign_in_page_and_back(path: str) -> None:
    answer = Client().get(path)

    assert (answer.status_code, answer["Location"]) == (302, f"/sign-in?next={path}")


@pytest.mark.parametrize("path", FEEDS)
def test_nobody_gets_no_rows(path: str) -> None:
    assert Client().get(path).status_code == 401


def test_a_stranger_finds_neither_list_nor_page_of_another_tenant() -> None:
    alice, charlie = make_tenant(), make_tenant()
    incident, alert = make_incident(alice, "Vault open"), make_alert(alice, "Vault open")
    browser = signed_in(make_user(charlie, "admin"))

    assert browser.get(f"/incidents/{incident.pk}").status_code == 404
    assert browser.get(f"/incidents/{incident.pk}/preview").status_code == 404
    assert browser.get(f"/alerts/{alert.pk}").status_code == 404
    assert all("Vault" not in browser.get(path).content.decode() for path in (*LISTS, *FEEDS))


def test_an_operator_of_one_site_sees_that_site_only() -> None:
    tenant = make_tenant()
    mine, other = make_site(tenant, "Harbour"), make_site(tenant, "Airport")
    seen, hidden = (
        make_incident(tenant, "Mine", site=mine),
        make_incident(tenant, "Other", site=other),
    )
    without_place = make_incident(tenant, "Nowhere")
    user = make_user(tenant)
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=user).update(site_id=mine.pk)
    browser = signed_in(user)

    assert titles(browser.get("/incidents.json")) == ["Mine"]
    assert browser.get(f"/incidents/{seen.pk}").status_code == 200
    assert browser.get(f"/incidents/{hidden.pk}").status_code == 404
    assert browser.get(f"/incidents/{without_place.pk}").status_code == 404
    assert "Airport" not in browser.get("/").content.decode()


def test_an_incident_shows_of_its_alerts_only_those_within_the_viewers_bounds() -> None:
    tenant = make_tenant()
    mine, other = make_site(tenant, "Harbour"), make_site(tenant, "Airport")
    here = make_alert(tenant, "Pump stopped", site=mine, client_id=mine.client_id)
    there = make_alert(tenant, "Runway light out", site=other, client_id=other.client_id)
    cluster = make_cluster(tenant, here, there, score=0.9, threshold=0.5)
    incident = make_incident(tenant, "Power", site=mine, cluster=cluster, alert_count=2)
    user = make_user(tenant)
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=user).update(site_id=mine.pk)

    page = signed_in(user).get(f"/incidents/{incident.pk}").content.decode()

    assert "Pump stopped" in page
    assert "Runway light out" not in page


def test_life_safety_comes_first_then_severity_then_the_newest() -> None:
    tenant = make_tenant()
    make_incident(tenant, "older high", severity=4)
    make_incident(tenant, "newer high", severity=4, opened_at=NOW + timedelta(minutes=1))
    make_incident(tenant, "critical", severity=5)
    make_incident(tenant, "panic", severity=3, is_life_safety=True)

    listed = signed_in(make_user(tenant)).get("/incidents.json")

    assert titles(listed) == ["panic", "critical", "newer high", "older high"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"forced", "flooded"}),
        ("state=new", {"forced"}),
        ("state=taken", {"flooded"}),
        ("state=resolved", {"over"}),
        ("state=all", {"forced", "flooded", "over"}),
        ("severity=5", {"forced"}),
        ("severity=5&severity=2", {"forced", "flooded"}),
        ("q=FLOOD", {"flooded"}),
        ("q=harb", {"flooded"}),
        ("state=all&disposition=animal", {"over"}),
        ("state=all&disposition=none", set()),
        ("state=nonsense&severity=x&site=y", {"forced", "flooded"}),
    ],
)
def test_filters_are_in_the_address(query: str, expected: set[str]) -> None:
    tenant = make_tenant()
    make_incident(tenant, "forced", severity=5)
    make_incident(
        tenant, "flooded", severity=2, state="ASSIGNED", site=make_site(tenant, "Harbour")
    )
    make_incident(tenant, "over", severity=1, state="RESOLVED", disposition="animal")
    make_incident(tenant, "of suppressed alerts only", is_listed=False)

    answer = signed_in(make_user(tenant)).get(f"/incidents.json?{query}")

    assert set(titles(answer)) == expected


def test_an_incident_is_found_by_the_number_that_people_say() -> None:
    tenant = make_tenant()
    make_incident(tenant, "wanted", number=4711)
    make_incident(tenant, "another", number=4712)

    assert titles(signed_in(make_user(tenant)).get("/incidents.json?q=inc-4711")) == ["wanted"]


def test_a_search_of_all_looks_back_a_month_unless_more_is_asked_for() -> None:
    tenant = make_tenant()
    long_ago = timezone.now() - timedelta(days=40)
    make_incident(tenant, "pump over", number=4711, state="CLOSED", opened_at=long_ago)
    make_incident(tenant, "pump still open", opened_at=long_ago)
    make_incident(tenant, "pump now", state="CLOSED", opened_at=timezone.now())
    make_alert(tenant, "pump long ago", at=long_ago)
    make_alert(tenant, "pump now", at=timezone.now())
    browser = signed_in(make_user(tenant))

    def found(query: str, path: str = "/incidents.json") -> set[str]:
        return set(titles(browser.get(f"{path}?{query}")))

    assert found("state=all&q=pump") == {"pump still open", "pump now"}
    assert found("state=all&q=inc-4711") == {"pump over"}
    assert found("state=resolved") == {"pump over", "pump now"}
    assert found("state=all&q=pump", "/alerts.json") == {"pump now"}
    assert found("q=pump", "/alerts.json") == {"pump long ago", "pump now"}
    page = browser.get("/?state=all&q=pump").content.decode()
    more = html.unescape(re.search(r'href="([^"]+)">Search all', page)[1])
    assert found(more.removeprefix("?")) == {"pump over", "pump still open", "pump now"}


def test_an_incident_tells_of_each_alert_why_it_is_there_and_what_nearly_was() -> None:
    tenant = make_tenant()
    rival = make_cluster(tenant, make_alert(tenant))
    make_incident(tenant, "The rival", cluster=rival, number=88)
    first, second = make_alert(tenant, "Feeder down"), make_alert(tenant, "UPS on battery")
    cluster = make_cluster(
        tenant, first, second,
        score=0.91, threshold=0.55, features=[["same_site", 1.0], ["time_gap", -0.09]],
        runner_up_id=rival.pk, runner_up_score=0.32,
    )  # fmt: skip
    incident = make_incident(tenant, "Power", cluster=cluster, alert_count=2)

    page = signed_in(make_user(tenant)).get(f"/incidents/{incident.pk}").content.decode()

    assert "It began this incident" in page
    assert "It fits with 0.91 of 1, where 0.55 is enough: same site." in page
    assert "The next best was INC-88, The rival, with 0.32." in page
    assert "2 alerts" in page


def test_an_alert_tells_its_incident_and_its_reasons() -> None:
    tenant = make_tenant()
    alert = make_alert(tenant, "Feeder down", labels={"rack": "R7"})
    make_incident(tenant, "Power", cluster=make_cluster(tenant, alert), number=12)

    page = signed_in(make_user(tenant)).get(f"/alerts/{alert.pk}").content.decode()

    assert "INC-12, Power" in page
    assert "It began this incident" in page
    assert "R7" in page


def test_a_persons_name_is_for_those_who_may_see_names() -> None:
    tenant = make_tenant()
    alert = make_alert(tenant, "Lone worker is silent", person_name="Robin Hale")

    def pages(role: str) -> str:
        browser = signed_in(make_user(tenant, role))
        paths = (f"/alerts/{alert.pk}", "/alerts", "/alerts.json")
        return "".join(browser.get(path).content.decode() for path in paths)

    assert "Robin Hale" in pages("operator")
    assert "Robin Hale" not in pages("viewer")


def test_names_in_a_timeline_are_those_of_people() -> None:
    tenant = make_tenant()
    mia = make_user(tenant)
    incident = make_incident(tenant)
    with tenant_scope(tenant.id):
        TimelineEntry.objects.create(
            incident=incident, at=NOW, kind="acknowledged", text="Acknowledged",
            actor_kind="user", actor_id=str(mia.pk),
        )  # fmt: skip

    page = signed_in(make_user(tenant)).get(f"/incidents/{incident.pk}").content.decode()

    assert f'Acknowledged <span class="quiet">· {mia}</span>' in page


@pytest.mark.parametrize(
    ("actor", "kind", "text", "expected"),
    [
        ("user", "assigned", "to Jo", ("Assigned to Jo", "")),
        ("user", "commented", "Guard is there.", ("Noted", "Guard is there.")),
        ("user", "resolved", "", ("Resolved", "")),
        ("key", "opened", "Opened by hand", ("Opened by hand", "")),
        (
            "system",
            "severity",
            "Severity rose from LOW to HIGH",
            ("Severity rose from LOW to HIGH", ""),
        ),
    ],
)
def test_a_timeline_tells_in_sentences_what_happened(
    actor: str, kind: str, text: str, expected: tuple[str, str]
) -> None:
    entry = TimelineEntry(at=NOW, kind=kind, text=text, actor_kind=actor, actor_id="x")

    told = Happening.of(entry, {"x": "Mia"})

    assert (told.head, told.quote) == expected


@pytest.mark.parametrize(
    ("role", "state", "expected"),
    [
        ("operator", "NEW", {"acknowledge", *TAKEN}),
        ("operator", "ASSIGNED", TAKEN),
        ("operator", "RESOLVED", {"comment"}),
        ("viewer", "NEW", set()),
    ],
)
def test_buttons_are_those_that_state_and_role_allow(
    role: str, state: str, expected: set[str]
) -> None:
    tenant = make_tenant()
    incident = make_incident(tenant, state=state)

    page = signed_in(make_user(tenant, role)).get(f"/incidents/{incident.pk}")

    assert {act.name for act in page.context["acts"]} == expected


def test_life_safety_is_not_put_to_sleep() -> None:
    tenant = make_tenant()
    incident = make_incident(tenant, is_life_safety=True)

    page = signed_in(make_user(tenant)).get(f"/incidents/{incident.pk}")

    assert "snooze" not in {act.name for act in page.context["acts"]}


def test_who_may_not_open_incidents_does_not_get_the_form() -> None:
    assert signed_in(make_user(make_tenant(), "viewer")).get("/incidents/new").status_code == 403


@pytest.mark.parametrize("path", LISTS)
def test_an_empty_list_says_why_and_what_next(path: str) -> None:
    browser = signed_in(make_user(make_tenant()))

    assert "watchfloor key create" in browser.get(path).content.decode()
    assert "Clear the filters" in browser.get(f"{path}?q=nothing").content.decode()


def test_text_of_senders_stays_text_in_every_page() -> None:
    tenant = make_tenant()
    site = make_site(tenant, HOSTILE[:90])
    alert = make_alert(
        tenant, HOSTILE, alert_type=HOSTILE, entity_id=HOSTILE, site_name=HOSTILE,
        labels={HOSTILE: HOSTILE}, source=HOSTILE,
    )  # fmt: skip
    incident = make_incident(
        tenant, HOSTILE, site=site, cluster=make_cluster(tenant, alert), is_life_safety=True,
        description=HOSTILE, resolution=HOSTILE,
    )  # fmt: skip
    browser = signed_in(make_user(tenant))

    for path in (*LISTS, f"/incidents/{incident.pk}", f"/alerts/{alert.pk}"):
        page = browser.get(path).content.decode()
        assert "hacked" in page
        assert "<img src=x" not in page
        assert "<script>hacked" not in page


@pytest.mark.parametrize("path", LISTS)
def test_the_queries_of_a_list_do_not_grow_with_its_rows(path: str) -> None:
    tenant = make_tenant()
    browser = signed_in(make_user(tenant))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(path)
        return len(captured)

    make_incident(tenant), make_alert(tenant)
    few = queries()
    for _ in range(5):
        make_incident(tenant), make_alert(tenant)

    assert queries() == few <= 10


def test_the_quarantine_shows_what_failed_to_those_who_configure() -> None:
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        IntakeRecord.objects.create(
            event_id=uuid7(), lane=1, received_at=NOW, quarantined_at=NOW,
            error="ValueError: <b>no</b>", body=b"unreadable", tenant=tenant,
        )  # fmt: skip

    page = signed_in(make_user(tenant, "admin")).get("/quarantine").content.decode()

    assert "ValueError: &lt;b&gt;no&lt;/b&gt;" in page
    refused = signed_in(make_user(tenant, "operator")).get("/quarantine")
    assert refused.status_code == 403
    assert "for those who may manage users, organisation and settings" in refused.content.decode()
    stranger = signed_in(make_user(make_tenant(), "admin")).get("/quarantine").content.decode()
    assert "Nothing is in quarantine" in stranger


def test_a_page_of_an_unknown_incident_is_a_plain_404() -> None:
    answer = signed_in(make_user(make_tenant())).get(f"/incidents/{uuid7()}")

    assert answer.status_code == 404
    assert "There is no such incident." in answer.content.decode()


def test_pages_are_not_kept_by_browsers_and_proxies() -> None:
    assert signed_in(make_user(make_tenant())).get("/")["Cache-Control"] == "private, no-store"


def test_times_are_of_the_users_zone() -> None:
    tenant = make_tenant()
    user = make_user(tenant)
    user.time_zone = "Asia/Kolkata"
    with tenant_scope(tenant.id):
        user.save()
    make_incident(tenant)

    page = signed_in(user).get("/").content.decode()

    assert 'data-zone="Asia/Kolkata"' in page
    assert ">07:39</time>" in page  # 02:09 UTC


def test_what_it_can_be_merged_into_is_searched_within_the_viewers_places() -> None:
    tenant = make_tenant()
    north, south = make_site(tenant), make_site(tenant, "South Gate")
    one, other, beyond, partly = (
        make_incident(tenant, title, site=site, cluster=make_cluster(tenant))
        for title, site in (("Door", north), ("Lamp <b>", north), ("Pump", south), ("Dark", north))
    )
    with tenant_scope(tenant.id):
        IncidentPlace.objects.create(incident=partly, site=south, client_id=south.client_id)
    make_incident(tenant, "By hand", site=north)
    make_incident(tenant, "Over", site=north, state="RESOLVED", cluster=make_cluster(tenant))
    make_incident(tenant, "Panic", site=north, is_life_safety=True, cluster=make_cluster(tenant))
    everywhere, within = make_user(tenant), make_user(tenant)
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=within).update(site_id=north.pk)

    def offered(user: User, words: str = "") -> set[str]:
        page = signed_in(user).get(f"/incidents/{one.pk}/merge-choices", {"q": words})
        assert "<b>" not in page.content.decode()
        return set(re.findall(r'value="([^"]+)"', page.content.decode()))

    assert offered(everywhere) == {str(row.pk) for row in (other, beyond, partly)}
    assert offered(within) == {str(other.pk)}
    assert offered(everywhere, "south pum") == {str(beyond.pk)}
    assert offered(everywhere, f"inc-{other.number}") == {str(other.pk)}
    assert offered(within, "south") == offered(within, "pump") == set()
    assert offered(everywhere, "pump north") == set()
    page = signed_in(everywhere).get(f"/incidents/{one.pk}/merge-choices", {"q": "a " * 9})
    assert "at most 8 words" in page.content.decode()


def test_who_may_not_correct_is_not_offered_what_to_merge_into() -> None:
    tenant = make_tenant()
    one = make_incident(tenant, cluster=make_cluster(tenant))
    address = f"/incidents/{one.pk}/merge-choices"

    assert signed_in(make_user(tenant, "viewer")).get(address).status_code == 403
    assert signed_in(make_user(make_tenant(), "operator")).get(address).status_code == 404


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"disposition": "user_error", "resolved_by_kind": "user"}, "User error"),
        ({"resolved_by_kind": "system"}, "Ended by itself"),
        ({"resolved_by_kind": "key"}, "Resolved by a program"),
        ({"resolved_by_kind": "user"}, "Not said"),
    ],
)
def test_a_resolved_incident_says_what_it_was_or_why_nobody_said(
    values: dict[str, str], told: str
) -> None:
    tenant = make_tenant()
    incident = make_incident(tenant, state="RESOLVED", **values)
    browser = signed_in(make_user(tenant))

    assert f"<dd>{told}</dd>" in browser.get(f"/incidents/{incident.pk}").content.decode()
    assert f">{told}</span>" in browser.get("/?state=resolved").content.decode()


def test_who_may_not_put_a_place_on_test_sees_what_is_and_gets_no_form() -> None:
    tenant = make_tenant()
    for role, has_form in (("viewer", False), ("operator", True)):
        page = signed_in(make_user(tenant, role)).get("/on-test").content.decode()
        assert ('id="testing"' in page) is has_form
        assert "Nothing is on test." in page

"""What sounds: who sets it, what cannot be set, and muting one's own desks for a while."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_incident, make_site
from tests.make import bearer, make_key, make_tenant, make_user, signed_in
from watchfloor.noc.sounds.handlers import tell_desks
from watchfloor.platform.accounts.models import RoleGrant, User
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.events.bus import Event
from watchfloor.platform.events.models import OutboxEvent
from watchfloor.platform.live.models import LiveFrame
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

URGENT = {"LIFE_SAFETY": {"tone": "alarm", "every": 2}, "UNCLAIMED": {"tone": "alarm", "every": 5}}


def put(browser: Browser, **sounds: Any) -> Any:
    body = json.dumps(URGENT | sounds)
    return browser.put("/api/v1/sounds", body, content_type="application/json")


def mute(browser: Browser, minutes: Any, **headers: str) -> Any:
    body = json.dumps({"minutes": minutes})
    path = "/api/v1/sounds/mute"
    return browser.post(path, body, content_type="application/json", headers=headers)


def acts(tenant: Tenant) -> list[str]:
    with tenant_scope(tenant.id):
        kinds = AuditRow.objects.filter(action__regex="sounds|muted").order_by("at")
        return list(kinds.values_list("action", flat=True))


def heard(browser: Browser) -> Any:
    return browser.get("/alarms.json").json()["sounds"]


def test_what_is_set_is_heard_at_every_desk_of_the_tenant_and_at_no_other() -> None:
    tenant = make_tenant()
    admin, guard = signed_in(make_user(tenant, "admin")), signed_in(make_user(tenant))
    make_incident(tenant, "Left ajar", severity=4)
    assert heard(guard)["open"]["CRITICAL"] == {"tone": "chime", "every": 0, "after": 0}

    answer = put(admin, HIGH={"tone": "pulse", "every": 30})
    put(admin, HIGH={"tone": "pulse", "every": 30})

    assert answer.status_code == 200, answer.content
    assert guard.get("/api/v1/sounds").json()["HIGH"] == {"tone": "pulse", "every": 30}
    data = guard.get("/alarms.json").json()
    assert set(data["sounds"]["open"]) == {"LIFE_SAFETY", "UNCLAIMED", "HIGH"}
    assert data["sounds"]["open"]["HIGH"] == {"tone": "pulse", "every": 30, "after": 0}
    assert [row["title"] for row in data["others"]] == ["Left ajar"], "it waits for somebody"
    assert "HIGH" not in heard(signed_in(make_user(make_tenant())))["open"]
    assert acts(tenant) == ["sounds.changed"]


@pytest.mark.parametrize(
    "sounds",
    [
        {"LIFE_SAFETY": None},
        {"LIFE_SAFETY": {"tone": "alarm", "every": 0}},
        {"UNCLAIMED": {"tone": "chime", "every": 60}},
        {"HIGH": {"tone": "a march", "every": 2}},
        {"HIGH": {"tone": "chime", "every": 900}},
        {"PANIC": {"tone": "chime"}},
    ],
    ids=str,
)
def test_what_must_be_heard_cannot_be_turned_off(sounds: dict[str, Any]) -> None:
    tenant = make_tenant()

    assert put(signed_in(make_user(tenant, "admin")), **sounds).status_code == 422
    assert acts(tenant) == []


def test_sounds_are_set_by_those_who_configure_all_of_the_tenant() -> None:
    tenant = make_tenant()
    bound = make_user(tenant, "admin")
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=bound).update(site_id=make_site(tenant).pk)

    for user in (make_user(tenant, "supervisor"), bound):
        assert put(signed_in(user)).status_code == 403
        assert signed_in(user).get("/sounds").status_code == 403
    assert put(Browser()).status_code == 401
    assert Browser().get("/sounds").status_code == 302


def test_open_pages_hear_of_a_change_whatever_part_their_viewers_see() -> None:
    tenant = make_tenant()
    site = make_site(tenant)
    put(signed_in(make_user(tenant, "admin")), LOW={"tone": "chime"})

    with tenant_scope(tenant.id):
        assert OutboxEvent.objects.filter(kind="sounds.changed").count() == 1
        tell_desks(Event("sounds.changed", {}, tenant.pk, timezone.now()))
        [change] = LiveFrame.objects.get().changes

    assert change["kind"] == "sounds"
    assert [str(site.client_id), str(site.pk)] in change["places"]


def test_a_mute_ends_by_itself_is_on_record_and_concerns_oneself_alone() -> None:
    tenant = make_tenant()
    anna = make_user(tenant)
    browser, other = signed_in(anna), signed_in(make_user(tenant, "supervisor"))
    before = timezone.now()

    until = mute(browser, 15).json()["until"]
    there = other.get("/desks").content.decode()
    muted, others = heard(browser), heard(other)
    browser.post("/api/v1/sounds/mute/end")
    browser.post("/api/v1/sounds/mute/end")

    assert muted["muted_until"][:22] == until[:22]
    assert others["muted_until"] is None
    assert "Muted until <time" in there
    assert heard(browser)["muted_until"] is None
    assert acts(tenant) == ["desk.muted", "desk.unmuted"]
    with tenant_scope(tenant.id):
        User.objects.filter(pk=anna.pk).update(muted_until=before)
    assert heard(browser)["muted_until"] is None


@pytest.mark.parametrize("minutes", [0, 16, 481, "15", None])
def test_a_mute_lasts_a_quarter_an_hour_or_a_shift(minutes: Any) -> None:
    assert mute(signed_in(make_user(make_tenant())), minutes).status_code == 422


def test_a_program_has_no_desk_to_mute() -> None:
    key = make_key(make_tenant(), "operate")

    assert mute(Browser(), 15, **bearer(key)).status_code == 403
    assert mute(Browser(), 15).status_code == 401


def test_the_page_offers_what_is_set_in_few_queries() -> None:
    tenant = make_tenant()
    admin = signed_in(make_user(tenant, "admin"))
    put(admin, UNCLAIMED={"tone": "pulse", "every": 7}, LOW={"tone": "chime", "every": 0})

    with CaptureQueriesContext(connection) as asked:
        page = admin.get("/sounds").content.decode()

    rows = {row.partition('"')[0]: row for row in page.split('data-kind="')[1:]}
    assert '<option value="7" selected>Every 7 s' in rows["UNCLAIMED"]
    assert '<option value="pulse" selected>' in rows["UNCLAIMED"]
    assert "No sound" not in rows["UNCLAIMED"]
    assert '<option value="0" selected>Once' in rows["LOW"]
    assert '<option value="" selected>No sound' in rows["HIGH"]
    assert len(asked) <= 15

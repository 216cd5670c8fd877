"""How somebody reads times: set by them alone, audited, refused with the cure."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.console.making import make_incident
from tests.make import NOW, bearer, make_key, make_user, signed_in
from watchfloor.platform.accounts.models import User
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

UNSAID = {"time_zone": "", "clock": "24h", "dates": "day"}
TIMES = "/api/v1/me/times"


@pytest.fixture
def anna(tenant: Tenant) -> User:
    return make_user(tenant)


def patched(browser: Client, **body: str) -> tuple[int, dict[str, object]]:
    answer = browser.patch(TIMES, body, content_type="application/json")
    return answer.status_code, answer.json()


def test_a_browser_says_the_zone_once_and_the_account_all_of_it(tenant: Tenant, anna: User) -> None:
    browser = signed_in(anna)

    assert browser.get(TIMES).json() == UNSAID
    assert patched(browser, time_zone="Asia/Tokyo") == (200, UNSAID | {"time_zone": "Asia/Tokyo"})
    given = {"zone": "Europe/Vienna", "clock": "12h", "dates": "iso"}
    assert browser.post("/account/times", given).status_code == 302
    assert browser.post("/account/times", given).status_code == 302

    said = {"time_zone": "Europe/Vienna", "clock": "12h", "dates": "iso"}
    assert browser.get(TIMES).json() == said
    with tenant_scope(tenant.id):
        noted = AuditRow.objects.filter(action="user.times_set", object_id=anna.pk).order_by("at")
        assert [row.after for row in noted] == [UNSAID | {"time_zone": "Asia/Tokyo"}, said]
    page = browser.get("/").content.decode()
    assert 'data-zone="Europe/Vienna" data-clock="12h" data-dates="iso"' in page


@pytest.mark.parametrize(
    ("wrong", "cure"),
    [
        ({"time_zone": "Europe"}, "use a name such as"),
        ({"clock": "36h"}, "choose one of 24h, 12h"),
        ({"dates": "moon"}, "choose one of day, month, iso"),
    ],
)
def test_what_times_cannot_be_read_by_is_refused_with_the_cure(anna: User, wrong, cure) -> None:
    browser = signed_in(anna)

    status, problem = patched(browser, **{"time_zone": "UTC"} | wrong)

    assert status == 422
    assert cure in problem["fields"][next(iter(wrong))]  # type: ignore[index]
    assert browser.get(TIMES).json() == UNSAID
    given = {"zone": "UTC", "clock": "24h", "dates": "day"}
    given |= {name.replace("time_", ""): said for name, said in wrong.items()}
    answer = browser.post("/account/times", given).content.decode()
    assert cure[1:] in answer


def test_a_key_reads_no_clock_and_nobody_sets_anothers(tenant: Tenant, anna: User) -> None:
    key = make_key(tenant, "admin")

    assert Client().get(TIMES, headers=bearer(key)).status_code == 403
    assert Client().get(TIMES).status_code == 401
    assert Client().post("/account/times", {"zone": "UTC"}).status_code == 403
    guarded = signed_in(anna, enforce_csrf_checks=True)
    assert guarded.post("/account/times", {"zone": "UTC"}).status_code == 403
    assert guarded.patch(TIMES, {}, content_type="application/json").status_code == 403


def test_times_on_a_page_are_those_of_who_reads_it(tenant: Tenant, anna: User) -> None:
    incident = make_incident(tenant)
    browser = signed_in(anna)
    patched(browser, time_zone="Asia/Tokyo")

    page = browser.get(f"/incidents/{incident.pk}").content.decode()

    shown = re.findall(rf'<time[^>]* datetime="{re.escape(NOW.isoformat())}">([^<]+)</time>', page)
    assert shown
    assert set(shown) == {"2 Mar 11:09"}

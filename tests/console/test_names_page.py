"""Questions about names on their page: for those who manage all, with what waits for an answer."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from tests.console.making import make_alert, make_site
from tests.make import NOW, make_integration, make_tenant, make_user, signed_in
from watchfloor.domain.naming.models import NameReview
from watchfloor.domain.org.models import Site
from watchfloor.domain.people.models import Person
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

HOSTILE = '<img src=x onerror="hacked()">'


def ask(tenant: Tenant, text: str, *candidates: Site | Person, **values: Any) -> NameReview:
    with tenant_scope(tenant.id):
        return NameReview.objects.create(
            text=text,
            candidates=[{"id": str(one.pk), "code": one.code, "score": 0.7} for one in candidates],
            **{"kind": "site", "first_seen_at": NOW} | values,
        )


def post(browser: Browser, review: NameReview, act: str, body: dict[str, Any] | None = None) -> int:
    address = f"/api/v1/name-reviews/{review.pk}/{act}"
    return browser.post(address, body or {}, content_type="application/json").status_code


def test_a_question_shows_who_sent_the_name_what_is_like_it_and_how_many_alerts_wait() -> None:
    tenant = make_tenant()
    sender = make_integration(tenant, "prometheus-north")
    tower = make_site(tenant, "North Tower")
    ask(tenant, "Tower", tower, integration_id=sender.number, seen_count=3)
    for name in ("Tower", "tower"):
        make_alert(tenant, site_name=name)
    make_alert(tenant, site_name="Tower", site=tower)
    make_alert(tenant, site_name="Tower", signal=2)

    page = signed_in(make_user(tenant, "admin")).get("/names").content.decode()

    assert "sent by prometheus-north, seen 3 times" in page
    assert "2 firing alerts wait for an answer." in page
    assert "70% alike" in page
    assert f'data-means="{tower.pk}"' in page


def test_an_answered_name_leaves_the_queue_and_can_be_taken_back() -> None:
    tenant = make_tenant()
    tower = make_site(tenant, "North Tower")
    review = ask(tenant, "Tower", tower)
    browser = signed_in(make_user(tenant, "admin"))

    assert post(browser, review, "answer", {"target_id": str(tower.pk)}) == 204
    page = browser.get("/names").content.decode()
    assert "No name is in doubt." in page
    assert "<strong>Tower</strong> means North Tower" in page

    assert post(browser, review, "take-back") == 204
    assert post(browser, review, "take-back") == 404
    assert "No firing alert waits" in browser.get("/names").content.decode()


@pytest.mark.parametrize("act", ["answer", "new", "dismiss", "take-back"])
def test_only_who_manages_all_clients_may_answer(act: str) -> None:
    tenant = make_tenant()
    site = make_site(tenant)
    review = ask(tenant, "Tower")
    body = {"target_id": str(site.pk)}
    bound = make_user(tenant, "admin")
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=bound).update(site_id=site.pk)

    assert post(signed_in(make_user(tenant, "supervisor")), review, act, body) == 403
    assert post(signed_in(bound), review, act, body) == 403
    assert post(signed_in(make_user(make_tenant(), "admin")), review, act, body) == 404
    assert post(Browser(), review, act, body) == 401
    forged = signed_in(make_user(tenant, "admin"), enforce_csrf_checks=True)
    assert post(forged, review, act, body) == 403


def test_the_page_is_for_those_who_manage_all_clients() -> None:
    tenant = make_tenant()
    ask(tenant, "Tower")
    bound = make_user(tenant, "admin")
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=bound).update(site_id=make_site(tenant).pk)

    assert Browser().get("/names").status_code == 302
    assert signed_in(make_user(tenant, "supervisor")).get("/names").status_code == 403
    assert signed_in(bound).get("/names").status_code == 403
    stranger = signed_in(make_user(make_tenant(), "admin")).get("/names").content.decode()
    assert "Tower" not in stranger


def test_what_senders_wrote_stays_text() -> None:
    tenant = make_tenant()
    sender = make_integration(tenant, HOSTILE)
    ask(tenant, HOSTILE, make_site(tenant, HOSTILE), integration_id=sender.number)

    page = signed_in(make_user(tenant, "admin")).get("/names").content.decode()

    assert "hacked" in page
    assert "<img src=x" not in page


def test_the_queries_do_not_grow_with_the_questions() -> None:
    tenant = make_tenant()
    browser = signed_in(make_user(tenant, "admin"))

    def more(start: int, count: int) -> int:
        for number in range(start, start + count):
            sender = make_integration(tenant)
            site = make_site(tenant)
            with tenant_scope(tenant.id):
                guard = Person.objects.create(
                    code=f"P{number}", name=f"Guard {number}", created_at=NOW
                )
            ask(tenant, f"Tower {number}", site, integration_id=sender.number)
            ask(tenant, f"Grd {number}", guard, kind="person", integration_id=sender.number)
            ask(tenant, f"Cam {number}", kind="device")
            done = ask(tenant, f"Done {number}", site)
            assert post(browser, done, "answer", {"target_id": str(site.pk)}) == 204
        browser.get("/names")
        with CaptureQueriesContext(connection) as counted:
            assert browser.get("/names").status_code == 200
        return len(counted)

    few = more(0, 1)
    assert more(1, 8) == few <= 9

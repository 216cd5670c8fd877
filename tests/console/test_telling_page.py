"""Rules of telling and heartbeats on their page, with how it went, and without what signs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_incident, make_site
from tests.make import make_tenant, make_user, signed_in
from watchfloor.noc.integrations.models import Delivery, Heartbeat, NotificationRule
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

HOSTILE = '<img src=x onerror="hacked()">'


def deliver(tenant: Tenant, **values: Any) -> Delivery:
    now = timezone.now()
    with tenant_scope(tenant.id):
        return Delivery.objects.create(
            **{"channel": "email", "target": "desk@example.com", "event": "watchfloor.test",
               "body": {}, "next_at": now, "created_at": now}
            | values
        )  # fmt: skip


def set_mail(browser: Browser, severity: str = "CRITICAL") -> dict[str, Any]:
    rule = {"severity": severity, "channel": "email", "target": "desk@example.com"}
    answer = browser.post("/api/v1/notification-rules", rule, content_type="application/json")
    made: dict[str, Any] = answer.json()
    return made


def test_rules_and_heartbeats_are_listed_with_how_they_fare() -> None:
    tenant = make_tenant()
    admin = signed_in(make_user(tenant, "admin"))
    empty = admin.get("/telling").content.decode()
    set_mail(admin)
    with tenant_scope(tenant.id):
        NotificationRule.objects.update(failures=2)
        Heartbeat.objects.create(
            url="https://dead.example/beat", last_at=timezone.now(), last_error="answered 500"
        )

    page = admin.get("/telling").content.decode()

    assert "nobody is told of anything outside this console" in empty
    assert "desk@example.com" in page
    assert "Failed 2 times in a row" in page
    assert "https://dead.example/beat" in page
    assert "answered 500" in page


def test_messages_say_how_they_went_and_which_can_be_sent_again() -> None:
    tenant = make_tenant()
    admin = signed_in(make_user(tenant, "admin"))
    incident = make_incident(tenant)
    failed = deliver(tenant, state="failed", error="connection refused", incident=incident)
    deliver(tenant, state="sent")

    page = admin.get("/telling").content.decode()

    assert f"INC-{incident.number}" in page
    assert "connection refused" in page
    assert page.count("data-again") == 1
    assert f'data-again="{failed.pk}"' in page
    assert "data-under-way" not in page
    deliver(tenant, state="pending")
    assert "data-under-way" in admin.get("/telling").content.decode()


@pytest.mark.parametrize("act", ["test", "switch", "remove"])
def test_only_who_manages_senders_of_all_clients_changes_a_rule(act: str) -> None:
    tenant = make_tenant()
    rule = set_mail(signed_in(make_user(tenant, "admin")))["id"]
    bound = make_user(tenant, "admin")
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=bound).update(site_id=make_site(tenant).pk)

    def tried(browser: Browser) -> int:
        path = f"/api/v1/notification-rules/{rule}"
        if act == "test":
            return browser.post(f"{path}/test").status_code
        if act == "remove":
            return browser.delete(path).status_code
        body = {"is_active": False}
        return browser.patch(path, body, content_type="application/json").status_code

    assert tried(Browser()) == 401
    assert tried(signed_in(make_user(tenant, "supervisor"))) == 403
    assert tried(signed_in(bound)) == 403
    assert tried(signed_in(make_user(make_tenant(), "admin"))) == 404
    assert tried(signed_in(make_user(tenant, "admin"), enforce_csrf_checks=True)) == 403


def test_the_page_is_for_those_who_manage_senders_of_all_clients() -> None:
    tenant = make_tenant()
    set_mail(signed_in(make_user(tenant, "admin")))
    bound = make_user(tenant, "admin")
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=bound).update(site_id=make_site(tenant).pk)

    assert Browser().get("/telling").status_code == 302
    assert signed_in(make_user(tenant, "supervisor")).get("/telling").status_code == 403
    assert signed_in(bound).get("/telling").status_code == 403
    stranger = signed_in(make_user(make_tenant(), "admin")).get("/telling").content.decode()
    assert 'data-test="' not in stranger


def test_what_others_answered_stays_text_and_the_queries_do_not_grow() -> None:
    tenant = make_tenant()
    admin = signed_in(make_user(tenant, "admin"))

    def queries(count: int) -> int:
        for number in range(count):
            incident = make_incident(tenant)
            deliver(tenant, state="failed", error=HOSTILE, incident=incident)
            with tenant_scope(tenant.id):
                url = f"https://{number}.{count}.example/{HOSTILE}"
                Heartbeat.objects.create(url=url, last_error=HOSTILE)
        with CaptureQueriesContext(connection) as seen:
            page = admin.get("/telling").content.decode()
        assert "hacked" in page
        assert "<img src=x" not in page
        return len(seen)

    assert queries(2) == queries(10) <= 15

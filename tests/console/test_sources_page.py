"""Senders on their page: what each has sent of late, and what the next one is to paste."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_site
from tests.make import make_integration, make_key, make_tenant, make_user, signed_in
from watchfloor.console.snippets import SNIPPETS, snippets
from watchfloor.noc.alerts import senders
from watchfloor.noc.alerts.models import Report
from watchfloor.noc.intake.dialects import door_of
from watchfloor.noc.rhythm import services
from watchfloor.noc.rhythm.models import SourceRhythm
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

NOW = timezone.now()


def sent(tenant: Tenant, integration: int, *minutes_ago: float, now: datetime = NOW) -> None:
    """Leave one report behind for each time."""
    with tenant_scope(tenant.id):
        Report.objects.bulk_create(
            Report(
                tenant=tenant, event_id=uuid7(), received_at=now - timedelta(minutes=ago),
                occurred_at=now, is_clock_suspect=False, integration_id=integration,
                alert_id=uuid7(), cluster_id=uuid7(), bout=1, signal=1, severity=3, verdict=1,
                source="", message="", labels={},
            )
            for ago in minutes_ago
        )  # fmt: skip


def test_reports_of_the_last_24_hours_are_counted_for_each_sender() -> None:
    tenant, other = make_tenant(), make_tenant()
    cameras, doors = make_integration(tenant), make_integration(tenant)
    sent(tenant, cameras.number, 1, 2, 23 * 60, 25 * 60)
    sent(tenant, doors.number, 5)
    sent(other, cameras.number, 3)

    with tenant_scope(tenant.id):
        found = senders.lately(NOW)

    assert {number: one.reports for number, one in found.items()} == {
        cameras.number: 3,
        doors.number: 1,
    }
    assert found[cameras.number].last_at == NOW - timedelta(minutes=1)


def test_the_page_tells_of_each_sender_whether_it_is_heard() -> None:
    tenant = make_tenant()
    heard, quiet = make_integration(tenant, "cameras"), make_integration(tenant, "doors")
    make_integration(tenant, "lifts")
    now = timezone.now()
    sent(tenant, heard.number, 1, now=now)
    sent(tenant, quiet.number, 200, now=now)
    make_key(tenant, integration=heard)
    with tenant_scope(tenant.id), transaction.atomic():
        services.ensure_rows(now)
        SourceRhythm.objects.filter(integration=quiet).update(silent_since=now)

    page = signed_in(make_user(tenant, "admin")).get("/sources").content.decode()

    assert re.findall(r'data-source="(\w+)"><h2>(\w+)', page) == [
        ("heard", "cameras"),
        ("silent", "doors"),
        ("waiting", "lifts"),
    ]
    assert "none: it cannot send" in page
    assert page.count("it is listened to for a day first") == 3


def test_the_page_is_for_those_who_manage_all_clients() -> None:
    tenant = make_tenant()
    make_integration(tenant, "gate cameras")
    bound = make_user(tenant, "admin")
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=bound).update(site_id=make_site(tenant).pk)

    assert Browser().get("/sources").status_code == 302
    assert signed_in(make_user(tenant, "supervisor")).get("/sources").status_code == 403
    assert signed_in(bound).get("/sources").status_code == 403
    stranger = signed_in(make_user(make_tenant(), "admin")).get("/sources").content.decode()
    assert "gate cameras" not in stranger


def test_each_snippet_leads_to_a_door_of_this_floor() -> None:
    addresses = {
        path
        for one in snippets("https", "floor.example")
        for path in re.findall(r"https://floor\.example(/[\w/]+)", one.text)
    } - {"/api/v1/mappings/NAME"}

    assert len(addresses) == 5
    assert all(door_of({"path": path, "method": "POST"}) for path in addresses)
    assert all("KEY" in one.text for one in SNIPPETS)
    for one in SNIPPETS:
        for body in re.findall(r"-d '(\{.*?\})'", one.text, re.S):
            json.loads(body)


def test_an_open_page_counts_anew_no_sooner_than_after_five_seconds() -> None:
    page = signed_in(make_user(make_tenant(), "admin")).get("/sources").content.decode()

    [pace] = re.findall(r'data-pace="([\d.]+)"', page)
    assert float(pace) >= 5


def test_the_queries_do_not_grow_with_the_senders() -> None:
    tenant = make_tenant()
    admin = signed_in(make_user(tenant, "admin"))

    def queries(count: int) -> int:
        for _ in range(count):
            sent(tenant, make_integration(tenant, f"<b>{uuid7()}").number, 1, now=timezone.now())
        with CaptureQueriesContext(connection) as seen:
            page = admin.get("/sources").content.decode()
        assert "<b>" not in page
        return len(seen)

    assert queries(2) == queries(10) <= 15

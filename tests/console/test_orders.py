"""Standing orders on their pages and beside an incident: to whom they show, and as what."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_incident, make_site
from tests.make import NOW, make_tenant, make_user, signed_in
from tests.noc.orders.making import CALL, LOOK, make_order
from watchfloor.domain.org.models import Site
from watchfloor.noc.incidents.models import IncidentPlace, NOCIncident
from watchfloor.noc.orders import steps
from watchfloor.noc.orders.models import OrderVersion
from watchfloor.platform.accounts.models import RoleGrant, User
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

HOSTILE = '<img src=x onerror="hacked()">'
PAGES = ("/orders", "/orders/report", "/orders/new")


def text(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.getvalue().decode()


def skipped(incident: NOCIncident, order: OrderVersion, user: User, why: str) -> None:
    by = Actor("user", str(user.pk))
    with tenant_scope(incident.tenant_id):
        steps.skip(incident.pk, 1, why, version=order.pk, by=by, now=timezone.now())


def bound_to(tenant: Tenant, site: Site) -> Browser:
    user = make_user(tenant)
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=user).update(site_id=site.pk)
    return signed_in(user)


def test_beside_an_incident_stand_the_steps_and_what_was_done_of_them(tenant: Tenant) -> None:
    incident, order = make_incident(tenant), make_order(tenant, CALL, LOOK)
    anna = make_user(tenant)
    path = f"/incidents/{incident.pk}/order"

    before = text(signed_in(anna), path)
    assert "1 required step is open." in before
    assert before.count("data-tick") == 2

    skipped(incident, order, anna, HOSTILE)
    after = text(signed_in(anna), path)
    assert "No required step is open." in after
    assert "Skipped" in after
    assert "· operator" in after
    assert "hacked" in after
    assert "<img" not in after


def test_who_only_looks_sees_the_steps_and_no_box_to_tick(tenant: Tenant) -> None:
    make_order(tenant)

    seen = text(
        signed_in(make_user(tenant, "viewer")), f"/incidents/{make_incident(tenant).pk}/order"
    )

    assert "Call the site" in seen
    assert "<input" not in seen
    assert "<button" not in seen


def test_an_incident_without_an_order_or_seen_in_part_shows_nothing(tenant: Tenant) -> None:
    anna = signed_in(make_user(tenant))
    assert text(anna, f"/incidents/{make_incident(tenant).pk}/order").strip() == ""

    make_order(tenant)
    mine, spread = make_site(tenant), make_incident(tenant, site=make_site(tenant))
    with tenant_scope(tenant.id):
        IncidentPlace.objects.create(incident=spread, site=mine)
    assert text(bound_to(tenant, mine), f"/incidents/{spread.pk}/order").strip() == ""


def test_a_stranger_and_nobody_find_no_order(tenant: Tenant) -> None:
    order, incident = make_order(tenant, title="Vault procedure"), make_incident(tenant)
    charlie = signed_in(make_user(make_tenant(), "admin"))

    assert charlie.get(f"/incidents/{incident.pk}/order").status_code == 404
    assert charlie.get(f"/orders/{order.order_id}").status_code == 404
    for path in (*PAGES, "/orders.csv", "/orders/report.csv"):
        assert "Vault procedure" not in text(charlie, path)
        assert Browser().get(path).status_code == 302


def test_only_who_configures_is_offered_to_write(tenant: Tenant) -> None:
    order = make_order(tenant)
    operator, admin = signed_in(make_user(tenant)), signed_in(make_user(tenant, "admin"))

    assert operator.get("/orders/new").status_code == 403
    for path in ("/orders", f"/orders/{order.order_id}"):
        assert 'type="file"' not in text(operator, path)
        assert 'id="writing"' not in text(operator, path)
    assert 'type="file"' in text(admin, "/orders")
    assert 'data-based-on="1"' in text(admin, f"/orders/{order.order_id}")
    assert operator.get("/orders.csv").status_code == 403


def test_who_sees_one_site_is_shown_its_orders_only(tenant: Tenant) -> None:
    site = make_site(tenant)
    make_order(tenant, title="For everybody")
    make_order(tenant, title="For my site", site=site.code)

    seen = text(bound_to(tenant, site), "/orders")

    assert "For my site" in seen
    assert "For everybody" not in seen


def test_older_versions_stay_readable_and_what_was_written_stays_text(tenant: Tenant) -> None:
    make_order(tenant, {"text": f"old {HOSTILE}"}, code="door", title=HOSTILE)
    order = make_order(
        tenant, {"text": f"new {HOSTILE}"}, code="door", title=HOSTILE, now=NOW + timedelta(days=1)
    )

    for role in ("admin", "viewer"):
        browser = signed_in(make_user(tenant, role))
        seen = text(browser, f"/orders/{order.order_id}")
        assert "old &lt;img" in seen
        assert "new &lt;img" in seen
        assert "<img" not in seen + text(browser, "/orders")


def test_the_report_names_what_was_skipped_and_why_and_its_file_calculates_nothing(
    tenant: Tenant,
) -> None:
    site, order = make_site(tenant), make_order(tenant, code="door")
    supervisor = make_user(tenant, "supervisor")
    incident = make_incident(tenant, site=site, opened_at=timezone.now() - timedelta(minutes=7))
    skipped(incident, order, supervisor, "=1+1")
    browser = signed_in(supervisor)

    seen = text(browser, f"/orders/report?client={site.client_id}&range=7d")
    assert "Acme" in seen
    assert "1. Call the site: <q>=1+1</q>" in seen
    assert "7 min" in seen
    assert "No incident was worked" in text(browser, "/orders/report?client=" + str(order.pk))

    file = browser.get("/orders/report.csv").getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    assert [row["reason"] for row in rows] == ["", "'=1+1"]
    assert rows[0]["used"] == "1"
    with tenant_scope(tenant.id):
        exported = AuditRow.objects.filter(action="list.exported")
        assert [row.object_kind for row in exported] == ["order-report"]


def test_the_queries_of_the_pages_do_not_grow(tenant: Tenant) -> None:
    admin = make_user(tenant, "admin")
    browser = signed_in(admin)

    def more(count: int) -> list[int]:
        for number in range(count):
            site = make_site(tenant)
            order = make_order(tenant, CALL, LOOK, site=site.code)
            skipped(make_incident(tenant, site=site), order, admin, f"why {number}")
        incident = make_incident(tenant, site=site)
        marks = [(1, admin), (2, make_user(tenant))][: min(count, 2)]
        with tenant_scope(tenant.id):
            for step, user in marks:
                by = Actor("user", str(user.pk))
                steps.do(incident.pk, step, version=order.pk, by=by, now=timezone.now())
        paths = (
            "/orders", "/orders/report", f"/orders/{order.order_id}", "/orders.csv",
            f"/incidents/{incident.pk}/order",
        )  # fmt: skip
        return [queries(path) for path in paths]

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as counted:
            text(browser, path)
        return len(counted)

    few = more(1)
    assert more(6) == few
    assert max(few) <= 12

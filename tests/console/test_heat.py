"""The heat map: what began where at which hour, by whose clock, and who is told."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_alert, make_incident, make_site
from tests.make import make_tenant, make_user, signed_in
from watchfloor.console.heat import Asked
from watchfloor.domain.org.models import Site
from watchfloor.noc.incidents.models import IncidentPlace
from watchfloor.noc.kpis.heat import TOP
from watchfloor.platform.accounts.models import RoleGrant, User
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

MORNING = datetime(2026, 7, 1, 8, 20, tzinfo=UTC)
DAY = "/heat?day=2026-07-01"


def rung(tenant: Tenant, site: Site, *hours: float, **values: Any) -> None:
    for hour in hours:
        at = MORNING.replace(hour=0) + timedelta(hours=hour)
        make_alert(tenant, site=site, client_id=site.client_id, at=at, **values)


def told(browser: Browser, path: str) -> dict[str, dict[int, int]]:
    return {str(row.site): dict(row.hours) for row in browser.get(path).context["heat"].rows}


def of_london(tenant: Tenant) -> Browser:
    user = make_user(tenant)
    with tenant_scope(tenant.id):
        User.objects.filter(pk=user.pk).update(time_zone="Europe/London")
    return signed_in(user)


def test_alerts_are_counted_by_site_and_hour_the_site_with_the_most_first() -> None:
    tenant = make_tenant()
    harbour, airport = (make_site(tenant, name) for name in ("Harbour", "Airport"))
    rung(tenant, harbour, 8, suppressed_by="maintenance:x")
    rung(tenant, airport, 8, 8.2, 23)
    rung(tenant, airport, 24.1, -0.5)

    page = signed_in(make_user(tenant)).get(DAY)

    assert [(str(row.site), row.total) for row in page.context["heat"].rows] == [
        ("Airport", 3),
        ("Harbour", 1),
    ]
    assert dict(page.context["heat"].rows[0].hours) == {8: 2, 23: 1}


def test_hours_are_of_the_reader_or_of_each_site() -> None:
    tenant = make_tenant()
    delhi = make_site(tenant, "Delhi")
    with tenant_scope(tenant.id):
        Site.objects.update(time_zone="Asia/Kolkata")
    rung(tenant, delhi, 8)
    browser = of_london(tenant)

    assert told(browser, DAY) == {"Delhi": {9: 1}}
    assert told(browser, f"{DAY}&clock=site") == {"Delhi": {13: 1}}
    assert "Hours are of Europe/London." in browser.get(DAY).content.decode()


def test_incidents_are_counted_at_each_of_their_sites() -> None:
    tenant = make_tenant()
    harbour, airport = (make_site(tenant, name) for name in ("Harbour", "Airport"))
    both = make_incident(tenant, site=harbour, opened_at=MORNING)
    with tenant_scope(tenant.id):
        IncidentPlace.objects.create(incident=both, site=airport, client=airport.client)
    make_incident(tenant, "Digest", site=harbour, opened_at=MORNING, is_listed=False)
    make_incident(tenant, "Nowhere", opened_at=MORNING)

    page = signed_in(make_user(tenant)).get(f"{DAY}&kind=incidents")

    heat = page.context["heat"]
    assert {str(row.site): row.total for row in heat.rows} == {"Harbour": 1, "Airport": 1}
    assert heat.nowhere == 1


def test_a_number_leads_to_the_alerts_of_that_site_and_hour() -> None:
    tenant = make_tenant()
    delhi = make_site(tenant, "Delhi")
    with tenant_scope(tenant.id):
        Site.objects.update(time_zone="Asia/Kolkata")
    rung(tenant, delhi, 8, 7, 10)
    browser = of_london(tenant)

    for clock, begin in (
        ("mine", "2026-07-01T09:00:00+01:00"),
        ("site", "2026-07-01T13:00:00+05:30"),
    ):
        [line] = browser.get(f"{DAY}&clock={clock}").context["lines"]
        [_, address, _] = [cell.address for cell in line.cells if cell.number]
        asked = parse_qs(urlsplit(address).query)
        assert address.startswith("/alerts?")
        assert (asked["site"], asked["state"]) == ([str(delhi.pk)], ["all"])
        assert asked["since"] == [begin]
        assert len(browser.get(address).context["rows"]) == 1
    week = browser.get("/heat?span=7d").context["lines"]
    assert all(not cell.address for line in week for cell in line.cells)


def test_the_last_day_begins_with_the_hour_after_this_one_and_ends_with_this_one() -> None:
    now = datetime(2026, 7, 1, 13, 40, tzinfo=UTC)
    asked = Asked(now, "Asia/Kolkata")  # 19:10 there

    assert asked.since == datetime(2026, 6, 30, 14, 30, tzinfo=UTC)
    assert (asked.hours[0], asked.hours[-1]) == (20, 19)
    assert Asked(now, "UTC", span="7d").since == datetime(2026, 6, 24, 14, tzinfo=UTC)


def test_what_makes_no_sense_in_the_address_is_left_out() -> None:
    browser = signed_in(make_user(make_tenant()))

    asked = browser.get("/heat?kind=x&span=y&day=0001-01-01&clock=z").context["asked"]

    assert (asked.kind, asked.span, asked.day, asked.clock) == ("alerts", "24h", None, "mine")
    assert browser.get("/heat?day=2026-13-41").status_code == 200


def test_beyond_the_top_sites_are_counted_together() -> None:
    tenant = make_tenant()
    now = timezone.now()
    for number in range(TOP + 2):
        make_alert(tenant, site=make_site(tenant, f"Site {number}"), at=now)
    make_alert(tenant, at=now)

    page = signed_in(make_user(tenant)).get("/heat")

    heat = page.context["heat"]
    assert (len(heat.rows), heat.other_sites, heat.elsewhere, heat.nowhere) == (TOP, 2, 2, 1)
    assert "And 2 alerts at 2 other sites" in page.content.decode()


def test_a_viewer_of_one_client_is_told_of_the_sites_of_that_client_alone() -> None:
    tenant = make_tenant()
    mine, other = (make_site(tenant, name) for name in ("Harbour", "Airport"))
    for site in (mine, other):
        rung(tenant, site, 8)
        make_incident(tenant, site=site, opened_at=MORNING)
    make_alert(tenant, at=MORNING)
    user = make_user(tenant, "auditor")
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=user).update(client_id=mine.client_id)
    browser = signed_in(user)

    for kind in ("alerts", "incidents"):
        assert told(browser, f"{DAY}&kind={kind}") == {"Harbour": {8: 1}}
        assert browser.get(f"{DAY}&kind={kind}").context["heat"].nowhere == 0
        file = browser.get(f"/heat.csv?day=2026-07-01&kind={kind}").getvalue()
        assert "Airport" not in file.decode()
    assert signed_in(make_user(make_tenant(), "admin")).get(DAY).context["lines"] == []


def test_who_is_not_signed_in_or_may_not_is_refused() -> None:
    tenant = make_tenant()
    nobody = make_user(tenant, "viewer")
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=nobody).delete()

    assert Browser().get("/heat").status_code == 302
    assert signed_in(nobody).get("/heat").status_code == 403
    assert signed_in(make_user(tenant)).get("/heat.csv").status_code == 403


def test_the_file_holds_each_hour_and_no_cell_that_calculates() -> None:
    tenant = make_tenant()
    rung(tenant, make_site(tenant, "=Harbour"), 8, 8)

    answer = signed_in(make_user(tenant, "supervisor")).get("/heat.csv?day=2026-07-01")

    [row] = csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
    assert (row["name"], row["08"], row["09"], row["total"]) == ("'=Harbour", "2", "0", "2")
    with tenant_scope(tenant.id):
        assert AuditRow.objects.get(action="list.exported").after == {"rows": 1, "names": False}


@pytest.mark.parametrize("kind", ["alerts", "incidents"])
def test_the_queries_do_not_grow_with_sites_and_hours(kind: str) -> None:
    tenant = make_tenant()
    browser = signed_in(make_user(tenant))
    counts = []
    for number in (1, 6):
        for hour in range(number):
            site = make_site(tenant)
            rung(tenant, site, hour, hour + 9)
            make_incident(tenant, site=site, opened_at=MORNING)
        with CaptureQueriesContext(connection) as counted:
            assert browser.get(f"{DAY}&kind={kind}").status_code == 200
        counts.append(len(counted))

    assert counts[0] == counts[1] <= 15

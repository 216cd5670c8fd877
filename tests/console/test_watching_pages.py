"""Watch mode is said on every page; its days and the floor's figures are shown in one's bounds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_alert, make_incident, make_site
from tests.make import make_tenant, make_user, signed_in
from watchfloor.domain.org.models import Site
from watchfloor.noc.kpis.services import record_baseline
from watchfloor.noc.watching import services, tasks
from watchfloor.noc.watching.models import Watch
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

HOSTILE = "<script>hacked()</script>"


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    made = make_tenant()
    with tenant_scope(made.id):
        yield made


def at(hours: float):
    return timezone.now() - timedelta(hours=hours)


def watch(hours: float = 50, **place: Any) -> Watch:
    return services.start(scope=EVERYTHING, by=SYSTEM, now=at(hours), **place)


def act(kind: str, hours: float, **names: Any) -> dict[str, Any]:
    return {"time": at(hours).isoformat(), "kind": kind, "operator": "Kim", **names}


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def bound_to(tenant: Tenant, site: Site, role: str = "operator") -> Client:
    user = make_user(tenant, role)
    RoleGrant.objects.filter(user=user).update(site_id=site.pk)
    return signed_in(user)


@pytest.mark.parametrize("path", ["/", "/alerts", "/noise", "/watching"])
def test_every_page_says_where_nothing_leaves(tenant: Tenant, path: str) -> None:
    desk = signed_in(make_user(tenant))
    assert "Watched: " not in text(desk, path)
    site = make_site(tenant)
    made = watch(site_id=site.pk)

    assert "Watched: North Tower" in text(desk, path)
    services.end(made.pk, scope=EVERYTHING, by=SYSTEM, now=at(0))
    assert "Watched: " not in text(desk, path)


def test_who_is_bound_to_a_site_is_told_of_watches_that_touch_it_and_of_no_other(
    tenant: Tenant,
) -> None:
    mine, other = make_site(tenant, "Mine"), make_site(tenant, "Far Gate")
    bob = bound_to(tenant, mine)

    watch(site_id=other.pk)
    assert "Far Gate" not in text(bob, "/")
    watch(client_id=mine.client_id)
    assert "Watched: Acme" in text(bob, "/")
    watch()
    assert "everything" in text(bob, "/")


def test_a_watched_incident_says_so_in_the_list_and_on_its_page(tenant: Tenant) -> None:
    desk = signed_in(make_user(tenant))
    site = make_site(tenant)
    incident = make_incident(tenant, site=site)
    watch(site_id=site.pk)

    [row] = desk.get("/incidents.json").json()["rows"]
    assert row["is_watched"]
    assert "Watched, nobody is told" in text(desk, f"/incidents/{incident.pk}")


def test_the_queries_of_the_page_do_not_grow_with_the_watches(tenant: Tenant) -> None:
    admin = signed_in(make_user(tenant, "admin"))

    def queries() -> int:
        watch(client_id=make_site(tenant).client_id)
        with CaptureQueriesContext(connection) as seen:
            text(admin, "/watching")
        return len(seen)

    assert queries() == queries() <= 12


def test_a_watch_that_ended_is_compared_with_now_in_a_part_that_follows_the_page(
    tenant: Tenant,
) -> None:
    mine, other = make_site(tenant, "Mine"), make_site(tenant, "Far Gate")
    ended = services.end(watch(site_id=mine.pk).pk, scope=EVERYTHING, by=SYSTEM, now=at(0))
    record_baseline(ended, at(0))
    address = "/watching/compared"

    for browser in (signed_in(make_user(tenant)), bound_to(tenant, mine)):
        assert address in text(browser, "/watching")
        assert "Watch mode and now: Mine" in text(browser, address)
    stranger = signed_in(make_user(make_tenant(), "admin"))
    for browser in (bound_to(tenant, other), stranger):
        assert address not in text(browser, "/watching")
        assert browser.get(address).status_code == 404


def test_only_who_may_configure_gets_the_buttons(tenant: Tenant) -> None:
    watch()

    assert "data-end" in text(signed_in(make_user(tenant, "admin")), "/watching")
    assert "data-end" not in text(signed_in(make_user(tenant)), "/watching")


def test_a_day_shows_both_sides_and_its_examples_lead_to_the_incidents(tenant: Tenant) -> None:
    desk = signed_in(make_user(tenant))
    alert = make_alert(tenant, dedup_key="k", at=at(49))
    hidden = make_incident(tenant, HOSTILE, opened_at=at(49), is_listed=False)
    alert.suppressed_by = "transient:1"
    alert.save()
    watch()
    acts = [act("opened", 49, dedup_key="k"), act("acknowledged", 48.9, dedup_key="k")]
    services.import_acts(acts, by=SYSTEM, now=at(0))
    tasks.compare_days(at(0))
    on = f"{at(49):%Y-%m-%d}"

    page = text(desk, f"/watching/{on}")

    assert "1 kept quiet: its like pass by themselves (1)" in page
    assert HOSTILE not in page
    assert on in text(desk, "/watching")
    assert desk.get("/watching/1999-01-01").status_code == 404
    assert desk.get("/watching/nonsense").status_code == 404
    assert bound_to(tenant, make_site(tenant)).get(f"/watching/{on}").status_code == 404
    stranger = signed_in(make_user(make_tenant(), "admin"))
    assert stranger.get(f"/watching/{on}").status_code == 404
    assert hidden.is_listed is False


def test_the_day_under_way_is_shown_so_far(tenant: Tenant) -> None:
    mine = make_site(tenant, "Mine")
    address = f"/watching/now/{watch(hours=0.001, site_id=mine.pk).pk}"

    for browser in (signed_in(make_user(tenant)), bound_to(tenant, mine)):
        assert address in text(browser, "/watching")
        assert "So far" in text(browser, address)
    stranger = signed_in(make_user(make_tenant(), "admin"))
    for browser in (bound_to(tenant, make_site(tenant, "Far Gate")), stranger):
        assert browser.get(address).status_code == 404


def test_each_figure_leads_to_what_it_counts(tenant: Tenant) -> None:
    desk = signed_in(make_user(tenant))
    for number in range(3):
        make_incident(tenant, f"Incident {number}", opened_at=at(number * 0.1))
    make_alert(tenant, "Hushed", at=at(0.1), suppressed_by="lone:x")
    make_alert(tenant, "Paused", at=at(0.1), suppressed_by="transient:x")
    make_alert(tenant, "Long ago", at=at(100), suppressed_by="lone:x")
    page = desk.get("/figures.html")
    cells = {cell.slot: cell for cell in page.context["cells"]}

    listed = desk.get(cells["load"].address.replace("?", "/incidents.json?", 1).replace("//", "/"))
    assert [row["title"] for row in listed.json()["rows"]] == ["Incident 0", "Incident 1"]
    assert cells["load"].value == "2.0"
    reasons = {part.slot: part for part in cells["quiet_total"].parts}
    assert cells["quiet_total"].value == "2"
    hushed = text(desk, reasons["quiet-lone"].address)
    assert "Hushed" in hushed
    assert "Paused" not in hushed
    assert "Long ago" not in hushed


def test_figures_are_those_of_ones_own_places(tenant: Tenant) -> None:
    mine, other = make_site(tenant, "Mine"), make_site(tenant, "Far Gate")
    make_incident(tenant, site=mine, opened_at=at(0.01))
    for _ in range(3):
        make_incident(tenant, site=other, opened_at=at(0.01))

    cells = bound_to(tenant, mine).get("/figures.html").context["cells"]

    assert cells[0].value == "1.0"
    assert Client().get("/figures.html").status_code == 302

"""The floor as it was at a moment: only to read, within what one may see now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_site
from tests.make import make_tenant, make_user, signed_in
from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.noc.incidents import services
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.incidents.opening import open_by_hand
from watchfloor.platform.accounts.models import RoleGrant, User
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

HOUR = timedelta(hours=1)


def opened(user: User, title: str, *, ago: timedelta, site: Site | None = None) -> NOCIncident:
    by, now = Actor("user", str(user.pk)), timezone.now() - ago
    with tenant_scope(user.tenant_id):
        return open_by_hand(title=title, severity=SeverityLevel.HIGH, by=by, now=now, site=site)


def then(browser: Browser, ago: timedelta, path: str = "/") -> str:
    answer = browser.get(path, {"at": (timezone.now() - ago).isoformat()})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_list_and_a_page_show_what_was_and_offer_no_act(tenant: Tenant) -> None:
    anna = make_user(tenant)
    incident = opened(anna, "<b>Vault</b> open", ago=3 * HOUR)
    by = Actor("user", str(anna.pk))
    with tenant_scope(tenant.id):
        services.acknowledge(incident.pk, by=by, now=timezone.now() - 2 * HOUR)
        services.comment(incident.pk, "All is well", by=by, now=timezone.now() - HOUR)
        services.resolve(incident.pk, by=by, now=timezone.now() - HOUR / 2)
    browser, path = signed_in(anna), f"/incidents/{incident.pk}"

    assert "Nothing was open." in then(browser, 4 * HOUR)
    assert "Nothing was open." in then(browser, timedelta(minutes=1))
    list_then, page_then = then(browser, 1.5 * HOUR), then(browser, 1.5 * HOUR, path)
    for page in (list_then, page_then):
        assert "&lt;b&gt;Vault&lt;/b&gt; open" in page
        assert "As it was at" in page
        assert 'data-state="ACKNOWLEDGED"' in page
        assert "data-act=" not in page
        assert "title, place and whether it is life safety are today's" in page
    assert "Place, as it is known now" in list_then
    assert "All is well" not in page_then
    assert "All is well" in then(browser, HOUR / 4, path)


def test_it_shows_no_more_than_one_may_see_now(tenant: Tenant) -> None:
    anna, bob = make_user(tenant), make_user(tenant)
    incident = opened(anna, "Vault", ago=3 * HOUR, site=make_site(tenant))
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=bob).update(site_id=make_site(tenant, "Harbour").pk)
    path, at = f"/incidents/{incident.pk}", (timezone.now() - HOUR).isoformat()

    for other in (signed_in(bob), signed_in(make_user(make_tenant(), "admin"))):
        assert "Vault" not in then(other, HOUR)
        assert other.get(path, {"at": at}).status_code == 404
    assert signed_in(anna).get(path, {"at": at}).status_code == 200
    early = (timezone.now() - 4 * HOUR).isoformat()
    assert signed_in(anna).get(path, {"at": early}).status_code == 404


@pytest.mark.parametrize(
    ("at", "cure"),
    [("noon", "At: write a day"), ("2099-01-01", "within the last 31 days"), ("2020-01-01", "31")],
)
def test_a_moment_that_cannot_be_shown_names_the_cure(tenant: Tenant, at, cure) -> None:
    browser = signed_in(make_user(tenant))

    assert cure in browser.get("/", {"at": at}).content.decode()
    assert browser.get("/", {"at": ""}).status_code == 200


def test_it_costs_as_much_for_many_as_for_few(tenant: Tenant) -> None:
    anna = make_user(tenant)
    browser = signed_in(anna)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            then(browser, HOUR)
        return len(asked)

    opened(anna, "Door", ago=2 * HOUR)
    few = queries()
    for number in range(5):
        opened(anna, f"Door {number}", ago=2 * HOUR, site=make_site(tenant))

    assert queries() == few <= 15

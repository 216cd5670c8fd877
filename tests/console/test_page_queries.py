"""Pages with everything on them, while their site is watched and on test: their queries are few."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connections
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_alert, make_cluster, make_incident, make_site
from tests.make import NOW, make_tenant, make_user, signed_in
from tests.noc.evidence.test_attachments import JPEG, upload
from watchfloor.domain.contacts.models import Contact
from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts import testing
from watchfloor.noc.incidents.models import NOCIncident, TimelineEntry
from watchfloor.noc.teaching.models import Correction
from watchfloor.noc.watching import services as watching
from watchfloor.platform.accounts.models import RoleGrant, User
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

MOST = 14
PARTS = ("", "/preview", "/attachments", "/record")


def who_left(tenant: Tenant) -> User:
    user = make_user(tenant, email="left@example.com")
    with tenant_scope(tenant.id):
        User.objects.filter(pk=user.pk).update(is_active=False, name="Bob Gone")
    return user


def make_full(tenant: Tenant, site: Site) -> NOCIncident:
    """Return an incident with a cause and a runner-up elsewhere, corrected by who left since."""
    place: dict[str, Any] = {"site": site, "client_id": site.client_id}
    cause = make_alert(tenant, "Feeder down", **place)
    quiet = make_alert(tenant, "UPS", suppressed_by=f"inhibited:{cause.pk.hex}", **place)
    other = make_cluster(tenant, cause)
    near = make_incident(tenant, "Feeder", cluster=other, site=site)
    decided: dict[str, Any] = {
        "score": 0.9,
        "threshold": 0.5,
        "runner_up_id": other.pk,
        "runner_up_score": 0.3,
    }
    cluster = make_cluster(tenant, make_alert(tenant, "Door", **place), quiet, **decided)
    incident = make_incident(
        tenant,
        "Power",
        cluster=cluster,
        site=site,
        is_life_safety=True,
        alert_count=2,
        related_incident_id=near.pk,
    )
    by: dict[str, Any] = {"actor_kind": "user", "actor_id": str(who_left(tenant).pk)}
    with tenant_scope(tenant.id):
        Contact.objects.create(site=site, name="Ann", phone="1", position=1, created_at=NOW)
        TimelineEntry.objects.create(incident=incident, at=NOW, kind="commented", text="x", **by)
        Correction.objects.create(
            kind="split", at=NOW, source_id=cluster.pk, target_id=other.pk, **by
        )
    return incident


def watch_and_test(tenant: Tenant, site: Site) -> None:
    now = timezone.now()
    until = now + timedelta(hours=1)
    with tenant_scope(tenant.id):
        watching.start(scope=EVERYTHING, site_id=site.pk, by=SYSTEM, now=now)
        testing.start(testing.Place(site), until=until, caller="Bob", by=SYSTEM, now=now)


def who_look(tenant: Tenant, site: Site) -> list[Browser]:
    """Return the browsers of who sees all, and of who is bound to the site."""
    bound = make_user(tenant, "admin")
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=bound).update(site_id=site.pk)
    return [signed_in(make_user(tenant, "admin")), signed_in(bound)]


def told(browser: Browser, path: str) -> tuple[str, int]:
    """Return the page, and how many queries it takes once it was seen."""
    browser.get(path)
    default, system = (CaptureQueriesContext(connections[name]) for name in ("default", "system"))
    with default, system:
        answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode(), len(default) + len(system)


def test_the_page_of_an_incident_and_its_parts_take_few_queries(tenant: Tenant) -> None:
    site = make_site(tenant)
    incident = make_full(tenant, site)
    watch_and_test(tenant, site)
    everybody = who_look(tenant, site)
    upload(everybody[0], incident, JPEG, name="one.jpg")

    seen = [
        {part: told(browser, f"/incidents/{incident.pk}{part}") for part in PARTS}
        for browser in everybody
    ]

    for parts in seen:
        for said in ("Feeder down", "The next best was", "Bob Gone", "Watched: ", "On test:"):
            assert said in parts[""][0]
        assert "one.jpg" in parts["/attachments"][0]
        for said in ("Same time and place", "Bob Gone"):
            assert said in parts["/record"][0]
        assert max(count for _, count in parts.values()) <= MOST
    assert "Audit rows" in seen[0]["/record"][0]


def test_the_page_of_a_site_takes_few_queries(tenant: Tenant) -> None:
    site = make_site(tenant)
    with tenant_scope(tenant.id):
        Site.objects.filter(pk=site.pk).update(
            feeder="F1", carrier="C1", parent=make_site(tenant, "Campus")
        )
    make_full(tenant, site)
    watch_and_test(tenant, site)

    for browser in who_look(tenant, site):
        page, queries = told(browser, f"/sites/{site.pk}")
        assert "Feeder" in page
        assert queries <= MOST


def test_a_stranger_gets_no_part_of_an_incident(tenant: Tenant) -> None:
    incident = make_incident(tenant)
    stranger = signed_in(make_user(make_tenant(), "admin"))

    for name in ("attachments", "record"):
        path = f"/incidents/{incident.pk}/{name}"
        assert stranger.get(path).status_code == 404
        assert Browser().get(path).status_code == 302

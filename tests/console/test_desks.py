"""The page of the desks, and what every page knows of claims."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_incident, make_site
from tests.make import make_tenant, make_user, signed_in
from watchfloor.noc.desks import services
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.tenancy.context import tenant_scope

HOSTILE = '<img src=x onerror="hacked()"></script>'


def claim(tenant, incident, user, *, ago=timedelta()):
    with tenant_scope(tenant.id):
        services.claim(incident, by=Actor("user", str(user.pk)), now=timezone.now() - ago)


def data_of(browser: Client, path: str = "/") -> dict:
    page = browser.get(path).content.decode()
    found = re.search(r'<script id="console-data" type="application/json">(.*?)</script>', page)
    assert found
    return json.loads(found[1])


def test_it_says_who_looks_at_what_and_what_waits_the_longest() -> None:
    tenant = make_tenant()
    anna = make_user(tenant)
    taken, left = make_incident(tenant, "Door forced"), make_incident(tenant, "Pump stopped")
    claim(tenant, taken, anna)

    page = signed_in(make_user(tenant, "supervisor")).get("/desks").content.decode()

    waiting, there = page[page.index('id="waiting"') :].split('id="desks"')
    assert left.title in waiting
    assert taken.title not in waiting
    assert taken.title in there


def test_it_is_for_those_who_assign_and_shows_a_stranger_nothing() -> None:
    tenant = make_tenant()
    claim(tenant, make_incident(tenant, "Vault open"), make_user(tenant))

    assert signed_in(make_user(tenant, "viewer")).get("/desks").status_code == 403
    assert Client().get("/desks").status_code == 302
    stranger = signed_in(make_user(make_tenant(), "admin"))
    assert "Vault" not in stranger.get("/desks").content.decode()


def test_what_people_are_called_is_shown_as_text() -> None:
    tenant = make_tenant()
    anna = make_user(tenant)
    with tenant_scope(tenant.id):
        anna.name = HOSTILE
        anna.save()
    claim(tenant, make_incident(tenant, HOSTILE), anna)
    browser = signed_in(make_user(tenant))

    assert all("<img" not in browser.get(path).content.decode() for path in ("/desks", "/"))


def test_it_costs_as_much_for_many_as_for_few() -> None:
    tenant = make_tenant()
    browser = signed_in(make_user(tenant))

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/desks").status_code == 200
        return len(asked)

    claim(tenant, make_incident(tenant), make_user(tenant))
    few = cost()
    for number in range(60):
        incident = make_incident(tenant, f"Gate {number}")
        if number < 5:
            claim(tenant, incident, make_user(tenant))

    assert cost() <= few <= 15


def test_a_page_knows_claims_and_new_criticals_within_the_viewers_bounds() -> None:
    tenant = make_tenant()
    here, there = make_site(tenant, "Harbour"), make_site(tenant, "Airport")
    anna, bob = make_user(tenant), make_user(tenant)
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=bob).update(site_id=here.pk)
    mine = make_incident(tenant, "Mine", site=here, severity=5)
    make_incident(tenant, "Panic", site=here, severity=5, is_life_safety=True)
    make_incident(tenant, "Taken", site=here, severity=5, state="ACKNOWLEDGED")
    other = make_incident(tenant, "Other", site=there, severity=5)
    for incident in (mine, other):
        claim(tenant, incident, anna)

    data = data_of(signed_in(bob))

    assert [row["title"] for row in data["others"]] == ["Mine"]
    assert [row["title"] for row in data["life_safety"]] == ["Panic"]
    assert [row["incident_id"] for row in data["claims"]] == [str(mine.pk)]


@pytest.mark.parametrize(("seconds", "is_told"), [(210, True), (260, False)])
def test_a_claim_that_just_ended_is_told_as_what_keeps_a_critical_quiet(seconds, is_told) -> None:
    tenant = make_tenant()
    anna = make_user(tenant)
    claim(tenant, make_incident(tenant, severity=5), anna, ago=timedelta(seconds=seconds))

    assert bool(data_of(signed_in(anna))["claims"]) is is_told

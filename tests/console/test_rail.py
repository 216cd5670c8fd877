"""The rail lists what the viewer may open, and marks where they are."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.console.making import make_incident, make_site
from tests.make import make_tenant, make_user, signed_in
from watchfloor.console.pages import SECTIONS
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.tenancy.context import tenant_scope


def rail(browser: Client, path: str) -> str:
    page = browser.get(path).content.decode()
    return page[page.index('<nav class="rail"') : page.index("</nav>")]


def marked(browser: Client, path: str) -> list[str]:
    return re.findall(r'aria-current="page"[^>]*>([^<]+)<', rail(browser, path))


def test_a_viewer_finds_no_page_and_no_section_that_is_closed_to_them() -> None:
    tenant = make_tenant()

    of_admin = rail(signed_in(make_user(tenant, "admin")), "/")
    of_viewer = rail(signed_in(make_user(tenant, "viewer")), "/")

    assert all(f">{name}<" in of_admin for name in SECTIONS)
    assert "Quarantine" not in of_viewer
    assert "Administration" not in of_viewer
    assert "Alerts" in of_viewer


def test_an_administrator_of_one_site_may_open_all_that_is_listed() -> None:
    tenant = make_tenant()
    user = make_user(tenant, "admin")
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=user).update(site_id=make_site(tenant).pk)
    browser = signed_in(user)

    listed = re.findall(r'href="([^"]+)"', rail(browser, "/"))
    answers = {path: browser.get(path).status_code for path in listed}
    assert "/walls" in answers
    assert "/rehearsal" not in answers
    assert set(answers.values()) == {200}, answers


@pytest.mark.parametrize(
    ("path", "name"), [("/", "Incidents"), ("/incidents/new", "Incidents"), ("/noise", "Noise")]
)
def test_the_page_one_is_on_is_marked_and_no_other(path: str, name: str) -> None:
    browser = signed_in(make_user(make_tenant(), "admin"))

    assert marked(browser, path) == [name]


def test_a_single_incident_counts_as_within_the_list() -> None:
    tenant = make_tenant()
    incident = make_incident(tenant)
    browser = signed_in(make_user(tenant, "admin"))

    assert marked(browser, f"/incidents/{incident.pk}") == ["Incidents"]


def test_each_key_leads_to_one_page() -> None:
    keys = [entry.key for entries in SECTIONS.values() for entry in entries if entry.key]

    assert len(keys) == len(set(keys))

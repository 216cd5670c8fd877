"""Links to the video system: what can be one, what it becomes, and who sets it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client as Browser

from tests.console.making import make_site
from tests.console.test_places import bound_to
from tests.make import make_tenant, make_user, signed_in
from watchfloor.domain.video.links import Sight, address, check
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Invalid
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

VMS = "https://vms.example/live?camera={camera}&at={at}"
AT = datetime(2026, 3, 2, 3, 9, 5, 250_000, tzinfo=timezone(timedelta(hours=1)))


def sight(camera: str = "CAM 1/2", site: str = "S1", client: str = "ACME") -> Sight:
    return Sight(camera, site, client, AT)


def test_a_template_becomes_the_address_of_a_camera_at_a_moment() -> None:
    template = "http://[::1]:8443/{client}/{site}/{camera}?ms={at_ms}&at={at}#{camera}"

    assert address(template, sight()) == (
        "http://[::1]:8443/ACME/S1/CAM%201%2F2?ms=1772417345250&at=2026-03-02T02%3A09%3A05Z"
        "#CAM%201%2F2"
    )


@pytest.mark.parametrize(
    "code",
    ['"><script>alert(1)</script>', "&x=1", "#x", "?x=1", "Tür Süd 1", "%26", "{at}", "a\r\nb: c"],
)
def test_whatever_a_code_is_it_stays_within_its_place(code: str) -> None:
    found = urlsplit(address(VMS, sight(code)) or "")

    assert found.netloc == "vms.example"
    assert parse_qs(found.query) == {"camera": [code], "at": ["2026-03-02T02:09:05Z"]}
    assert not found.fragment


@pytest.mark.parametrize("code", ["..", ".", ""])
def test_a_code_that_leads_elsewhere_or_is_missing_makes_no_link(code: str) -> None:
    assert address("https://vms.example/cameras/{camera}/live", sight(code)) is None


@pytest.mark.parametrize(
    ("template", "cure"),
    [
        ("https://vms.example/{cam}", "{cam} is not known: use {camera}, {site}"),
        ("https://vms.example/{}", "{} is not known"),
        ("https://vms.example/{camera", "a brace stands alone"),
        ("javascript:alert({camera})", "begin with https://"),
        ("vms://vms.example/{camera}", "begin with https://"),
        ("//vms.example/{camera}", "begin with https://"),
        ("https://{site}.example/{camera}", "no placeholder"),
        ("https://vms.example{camera}", "no placeholder"),
        ("https://vms.example:{camera}/", "no placeholder"),
        ("https:///{camera}", "comes a host"),
        ("https://anna:pw@vms.example/{camera}", "password"),
        ("https://vms.example\\@evil.example/{camera}", "percent-encoded"),
        ("https://vms.example/a b/{camera}", "percent-encoded"),
        ("https://vms.example/../{camera}", "leave out"),
        ("https://vms.example/%2e%2E/{camera}", "leave out"),
        ("https://vms.example/" + "a" * 1000, "at most 1000"),
    ],
)
def test_what_would_not_lead_to_one_system_is_refused_with_the_cure(
    template: str, cure: str
) -> None:
    with pytest.raises(Invalid) as refused:
        check(template)

    assert cure in refused.value.fields["template"]


def put(browser: Browser, template: str, *, path: str = "/api/v1/video") -> Any:
    body = json.dumps({"template": template})
    return browser.put(path, body, content_type="application/json")


def acts(tenant: Tenant) -> list[tuple[Any, Any]]:
    with tenant_scope(tenant.id):
        rows = AuditRow.objects.filter(action="video.changed").order_by("at")
        return list(rows.values_list("before__template", "after__template"))


def test_it_is_set_for_all_and_for_one_client_taken_away_and_on_record() -> None:
    tenant = make_tenant()
    site, admin = make_site(tenant), signed_in(make_user(tenant, "admin"))
    own = f"/api/v1/video/clients/{site.client_id}"

    put(admin, VMS)
    put(admin, VMS)
    assert put(admin, "http://own.example/{camera}", path=own).json() == {
        "template": VMS,
        "clients": [{"client_id": str(site.client_id), "template": "http://own.example/{camera}"}],
    }
    put(admin, "", path=own)

    assert admin.get("/api/v1/video").json() == {"template": VMS, "clients": []}
    other = "http://own.example/{camera}"
    assert acts(tenant) == [(None, VMS), (None, other), (other, None)]


def test_a_refusal_names_the_field_and_changes_nothing() -> None:
    tenant = make_tenant()
    answer = put(signed_in(make_user(tenant, "admin")), "https://{camera}.example")

    assert answer.status_code == 422
    assert "no placeholder" in answer.json()["fields"]["template"]
    assert acts(tenant) == []


def test_it_is_set_by_those_who_configure_all_of_the_tenant() -> None:
    tenant = make_tenant()
    site = make_site(tenant)
    own = f"/api/v1/video/clients/{site.client_id}"
    stranger = signed_in(make_user(make_tenant(), "admin"))

    for browser in (signed_in(make_user(tenant, "supervisor")), bound_to(site, tenant, "admin")):
        assert put(browser, VMS).status_code == put(browser, VMS, path=own).status_code == 403
        assert browser.get("/api/v1/video").status_code == 403
    assert put(stranger, VMS, path=own).status_code == 404
    assert put(Browser(), VMS).status_code == 401
    forged = signed_in(make_user(tenant, "admin"), enforce_csrf_checks=True)
    assert put(forged, VMS).status_code == 403
    assert acts(tenant) == []

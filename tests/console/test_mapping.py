"""A template made by looking at what came: the draft of the address, and what it would make."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.make import make_tenant, make_user, signed_in
from watchfloor.noc.intake import mapping, services
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

NOW = timezone.now()
BODY = {"site": "S1", "rows": [{"kind": "DOOR", "<b>": "<script>"}, {"kind": "LIFT"}]}


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        mapping.start("cams", by=SYSTEM, now=NOW)
        yield tenant


@pytest.fixture
def admin(tenant: Tenant) -> Client:
    return signed_in(make_user(tenant, "admin"))


def shown(admin: Client, **draft: str) -> str:
    page = admin.get("/mappings/cams", draft)
    assert page.status_code == 200
    return page.content.decode()


def test_values_carry_the_expression_that_finds_them_and_lists_offer_their_alerts(
    admin: Client,
) -> None:
    mapping.add("cams", BODY, by=SYSTEM, now=NOW)

    whole = shown(admin)
    assert re.findall(r'data-items="([^"]*)"', whole) == ["rows"]
    assert "<script>" not in whole.replace('<script type="module"', "")
    each = shown(admin, items="rows")
    assert re.findall(r'data-expression="([^"]*)"', each) == [
        "body.site", "item.kind", "item[&quot;&lt;b&gt;&quot;]",
    ]  # fmt: skip


def test_the_draft_of_the_address_is_tried_on_all_and_not_kept(admin: Client) -> None:
    for body in (BODY, {"rows": [{"x": 1}]}):
        mapping.add("cams", body, by=SYSTEM, now=NOW)

    page = shown(
        admin, items="rows", **{"field.alert_type": "item.kind", "field.site": "body.site"}
    )

    assert "2 alerts of 2 bodies; in <strong>1</strong> something would be refused" in page
    assert "alert_type: &#x27;dict object&#x27; has no attribute &#x27;kind&#x27;" in page
    assert "site: &#x27;dict object&#x27; has no attribute &#x27;site&#x27;" in page
    assert ">not saved<" in page
    assert "not saved" not in shown(admin)


def test_a_wrong_expression_is_named_beside_its_field(admin: Client) -> None:
    mapping.add("cams", BODY, by=SYSTEM, now=NOW)
    page = shown(admin, **{"field.alert_type": "item.(", "field.labels.zone": "'north'"})

    assert re.search(r'data-part="note-alert_type"><span class="error">.*cannot be read', page)
    assert re.search(r'data-part="note-labels.zone">= north', page)


def test_a_stored_template_is_what_one_begins_with(admin: Client) -> None:
    fields = {"alert_type": "item.kind", "labels.zone": "item.zone"}
    services.save_mapping("cams", items="rows", fields=fields, by=SYSTEM, now=NOW)

    page = shown(admin)
    assert ">saved<" in page
    assert 'name="field.labels.zone"' in page
    assert 'value="item.kind"' in page
    assert "2 fields" in admin.get("/mappings").content.decode()


def test_pages_are_for_those_who_configure_all_and_names_of_others_are_not_there(
    tenant: Tenant,
) -> None:
    supervisor = signed_in(make_user(tenant, "supervisor"))
    stranger = signed_in(make_user(make_tenant(), "admin"))

    assert supervisor.get("/mappings").status_code == 403
    assert supervisor.get("/mappings/cams").status_code == 403
    assert stranger.get("/mappings/cams").status_code == 404
    assert "cams" not in stranger.get("/mappings").content.decode()


def test_the_queries_do_not_grow_with_bodies_or_names(admin: Client) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert admin.get(path, {"field.alert_type": "item.kind"}).status_code == 200
        return len(seen)

    before = [queries("/mappings/cams"), queries("/mappings")]
    for number in range(8):
        mapping.add("cams", BODY, by=SYSTEM, now=NOW)
        mapping.start(f"c-{number}", by=SYSTEM, now=NOW)

    assert [queries("/mappings/cams"), queries("/mappings")] == before
    assert max(before) <= 15

"""Pages of a list: each row once, whatever comes in between, and no forged beginning."""

import base64
import json
from datetime import timedelta

import pytest
from django.test import Client, RequestFactory

from tests.make import NOW, bearer, make_key, make_tenant, unique
from watchfloor.platform.accounts.models import Integration
from watchfloor.platform.errors import Invalid
from watchfloor.platform.paging import PageQuery, page
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

ORDER = ("-created_at", "-number")


def add(tenant: Tenant, minutes: int) -> str:
    with tenant_scope(tenant.pk):
        at = NOW + timedelta(minutes=minutes)
        return Integration.objects.create(name=unique("sender"), created_at=at).name


def names(tenant: Tenant, limit: int, after: str = "", order: tuple[str, ...] = ORDER):
    with tenant_scope(tenant.pk):
        asked = PageQuery(limit=limit, after=after)
        rows = Integration.objects.all()
        request = RequestFactory().get("/api/v1/integrations", {"limit": limit})
        found = page(request, asked, rows, order=order, render=lambda row: row.name)
    cursor = found["next"].split("after=")[1] if found["next"] else None
    return found["items"], cursor


def test_pages_follow_each_other_without_gap_or_repeat(tenant):
    # Three share their time: only the last column tells them apart.
    made = [add(tenant, minutes) for minutes in (1, 2, 2, 2, 3, 4, 5)]

    read, cursor = [], ""
    while cursor is not None:
        items, cursor = names(tenant, 2, cursor)
        read += items

    assert read == made[::-1]


def test_what_comes_in_meanwhile_moves_nothing(tenant):
    for minutes in range(4):
        add(tenant, minutes)
    first, cursor = names(tenant, 2)
    add(tenant, 10)

    second, _ = names(tenant, 2, cursor)

    assert not set(first) & set(second)
    assert len(second) == 2


def test_an_ascending_and_a_descending_column_can_be_mixed(tenant):
    made = [add(tenant, minutes) for minutes in (1, 1, 2)]

    first, cursor = names(tenant, 1, order=("-created_at", "number"))
    rest, _ = names(tenant, 5, cursor, order=("-created_at", "number"))

    assert first + rest == [made[2], made[0], made[1]]


@pytest.mark.parametrize(
    "after", ["x", "!!!", base64.b64encode(b"[1]").decode(), base64.b64encode(b'{"a":1}').decode()]
)
def test_a_beginning_that_we_did_not_make_is_refused(tenant, after):
    with pytest.raises(Invalid):
        names(tenant, 2, after)


def test_a_beginning_with_values_of_another_kind_is_refused(tenant):
    forged = base64.urlsafe_b64encode(json.dumps(["yesterday", "'; DROP"]).encode()).decode()

    with pytest.raises(Invalid):
        names(tenant, 2, forged)


def test_next_is_an_address_that_keeps_the_filters():
    tenant = make_tenant()
    for minutes in range(3):
        add(tenant, minutes)
    headers = bearer(make_key(tenant, "admin"))

    first = Client().get("/api/v1/integrations?limit=2", headers=headers).json()
    second = Client().get(first["next"], headers=headers).json()

    assert "limit=2" in first["next"]
    assert len(second["items"]) == 2
    assert second["next"] is None

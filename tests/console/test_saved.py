"""Saved views: one's own and shared ones, with filters that mean something tomorrow."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from tests.console.making import make_incident
from tests.make import bearer, make_key, make_tenant, make_user, signed_in
from watchfloor.console.models import SavedView
from watchfloor.console.saved import MOST, canonical
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant


def save(browser: Client, name: str = "Night", **values: Any) -> Any:
    body = {"page": "incidents", "name": name, "query": "severity=5"} | values
    return browser.post("/api/v1/views", body, content_type="application/json")


def listed(browser: Client, path: str = "/") -> str:
    page = browser.get(path).content.decode()
    return page[page.index('class="views"') : page.index('id="filters"')]


def saved_in(tenant: Tenant) -> list[SavedView]:
    with tenant_scope(tenant.id):
        return list(SavedView.objects.order_by("name"))


def test_a_view_is_listed_to_its_owner_alone_and_leaves_an_audit_row() -> None:
    tenant = make_tenant()
    mine, other = (signed_in(make_user(tenant, "operator")) for _ in range(2))

    made = save(mine, "<b>Night</b>")

    assert made.status_code == 201
    assert "&lt;b&gt;Night&lt;/b&gt;" in listed(mine)
    assert "Night" not in listed(other)
    assert "Night" not in listed(mine, "/alerts")
    with tenant_scope(tenant.id):
        row = AuditRow.objects.get(action="view.saved")
    assert row.object_id == made.json()["id"]


def test_saving_under_the_same_name_changes_the_view() -> None:
    tenant = make_tenant()
    browser = signed_in(make_user(tenant, "operator"))
    save(browser)
    save(browser, query="state=new")

    [view] = saved_in(tenant)
    assert view.query == "state=new"


def test_only_who_may_configure_shares_and_removes_what_others_shared() -> None:
    tenant = make_tenant()
    operator, admin = (
        signed_in(make_user(tenant, "operator")),
        signed_in(make_user(tenant, "admin")),
    )

    assert save(operator, is_shared=True).status_code == 403
    shared = save(admin, "Everybody's", is_shared=True).json()["id"]
    assert "Everybody" in listed(operator)
    assert operator.delete(f"/api/v1/views/{shared}").status_code == 403
    own = save(operator, "Own", is_shared=False).json()["id"]
    assert admin.delete(f"/api/v1/views/{own}").status_code == 404
    assert operator.delete(f"/api/v1/views/{own}").status_code == 204
    assert admin.delete(f"/api/v1/views/{shared}").status_code == 204
    assert saved_in(tenant) == []


def test_strangers_keys_and_nobody_are_refused() -> None:
    tenant = make_tenant()
    view = save(signed_in(make_user(tenant, "admin")), is_shared=True).json()["id"]
    stranger = signed_in(make_user(make_tenant(), "admin"))
    key = bearer(make_key(tenant, "read", "operate"))

    assert stranger.delete(f"/api/v1/views/{view}").status_code == 404
    assert stranger.get("/api/v1/views").json()["items"] == []
    assert stranger.get(f"/api/v1/views/{view}").status_code == 404
    assert Client().delete(f"/api/v1/views/{view}").status_code == 401
    assert Client(headers=key).delete(f"/api/v1/views/{view}").status_code == 403
    assert save(Client(headers=key)).status_code == 403
    [shown] = Client(headers=key).get("/api/v1/views").json()["items"]
    assert shown == Client(headers=key).get(f"/api/v1/views/{view}").json()
    assert len(saved_in(tenant)) == 1


@pytest.mark.parametrize(
    "wrong", [{"page": "quarantine"}, {"name": ""}, {"name": "x" * 41}, {"query": "x" * 501}]
)
def test_what_is_no_view_is_refused_by_its_field(wrong: dict[str, str]) -> None:
    refused = save(signed_in(make_user(make_tenant(), "operator")), **wrong)

    assert refused.status_code == 422
    assert next(iter(wrong)) in refused.json()["fields"]


def test_a_person_has_thirty_views_of_a_list_at_most() -> None:
    browser = signed_in(make_user(make_tenant(), "operator"))
    for number in range(MOST):
        assert save(browser, f"View {number}").status_code == 201

    assert save(browser, "One more").status_code == 422
    assert save(browser, "View 3", query="state=all").status_code == 201


def test_a_view_keeps_filters_and_no_moment() -> None:
    query = QueryDict("since=2026-01-01T00:00:00%2B00:00&severity=5&severity=4&state=&evil=1")

    assert canonical(query) == "severity=4&severity=5"


def test_mine_and_unassigned_are_what_they_say() -> None:
    tenant = make_tenant()
    user = make_user(tenant, "operator")
    mine, _ = make_incident(tenant, "Mine"), make_incident(tenant, "Nobody's")
    with tenant_scope(tenant.id):
        NOCIncident.objects.filter(pk=mine.pk).update(assigned_to=user)
    browser = signed_in(user)

    def titles(who: str) -> list[str]:
        rows = browser.get("/incidents.json", {"who": who}).json()["rows"]
        return [row["title"] for row in rows]

    assert titles("me") == ["Mine"]
    assert titles("nobody") == ["Nobody's"]
    assert len(titles("somebody")) == 2
    assert 'aria-current="true">Mine<' in listed(browser, "/?who=me")

"""The inventory over HTTP: who may see, who may change, and how faults are told."""

from __future__ import annotations

from typing import Any

from django.test import Client as Browser

from tests.make import NOW, bearer, make_key, make_tenant
from watchfloor.domain.naming.models import NameReview
from watchfloor.domain.org.models import Site
from watchfloor.domain.people.models import Person
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

ROWS: dict[str, Any] = {
    "clients": [{"code": "C1", "name": "Harbor Group"}],
    "sites": [{"code": "S1", "name": "North Tower", "client": "C1", "lat": 51.5, "lon": -0.12}],
    "devices": [{"code": "cam-1", "site": "S1"}],
    "people": [{"code": "P1", "name": "Grace Hill", "phone": "+44 20 7946 0001", "site": "S1"}],
}


def post(url: str, body: dict[str, Any], key: str) -> Any:
    return Browser().post(
        f"/api/v1{url}", body, content_type="application/json", headers=bearer(key)
    )


def get(url: str, key: str) -> Any:
    return Browser().get(f"/api/v1{url}", headers=bearer(key))


def estate() -> tuple[Tenant, str]:
    """Make a tenant with one row of each kind; return it and an admin key."""
    tenant = make_tenant()
    key = make_key(tenant, "admin")
    assert post("/inventory/import", ROWS, key).status_code == 200
    return tenant, key


def test_an_import_over_http_is_listed_by_every_kind() -> None:
    _, key = estate()

    for kind, rows in ROWS.items():
        items = get(f"/{kind}", key).json()["items"]
        assert [item["code"] for item in items] == [rows[0]["code"]]
    assert get("/sites?near=51.5,-0.1&within_km=3", key).json()["items"]
    assert not get("/sites?near=48.8,2.3&within_km=3", key).json()["items"]


def test_a_faulty_import_is_answered_with_each_fault_and_writes_nothing() -> None:
    tenant = make_tenant()
    answer = post("/inventory/import", {"sites": [{"name": "?"}]}, make_key(tenant, "admin"))

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "code"
    with tenant_scope(tenant.id):
        assert not Site.objects.exists()


def test_a_row_is_changed_by_its_code_and_retired_by_its_id() -> None:
    _, key = estate()
    changed = post("/sites", {"code": "S1", "criticality": 5}, key).json()
    retired = Browser().delete(f"/api/v1/sites/{changed['id']}", headers=bearer(key))

    assert (changed["name"], changed["criticality"]) == ("North Tower", 5)
    assert retired.status_code == 204
    assert get("/sites", key).json()["items"] == []


def test_a_stranger_finds_nothing_and_changes_nothing() -> None:
    tenant, key = estate()
    site = get("/sites", key).json()["items"][0]
    strangers = make_key(make_tenant(), "admin")

    assert get(f"/sites/{site['id']}", strangers).status_code == 404
    assert get("/sites", strangers).json()["items"] == []
    gone = Browser().delete(f"/api/v1/sites/{site['id']}", headers=bearer(strangers))
    assert gone.status_code == 404
    assert Browser().get(f"/api/v1/sites/{site['id']}").status_code == 401
    with tenant_scope(tenant.id):
        assert Site.objects.get().is_active


def test_names_and_phones_are_for_those_who_may_see_persons() -> None:
    tenant, key = estate()
    [seen] = get("/people", key).json()["items"]
    [masked] = get("/people", make_key(tenant, "read")).json()["items"]

    assert seen["phone"] == "+44 20 7946 0001"
    assert (masked["name"], masked["phone"], masked["code"]) == (None, None, "P1")
    assert get("/people?q=Grace", make_key(tenant, "read")).json()["items"] == []
    assert get("/people?q=p1", make_key(tenant, "read")).json()["items"] == [masked]
    shown = get(f"/people/{masked['id']}", make_key(tenant, "read")).json()
    assert (shown["code"], shown["name"]) == ("P1", None)


def test_a_name_that_only_senders_gave_is_no_code_to_be_read() -> None:
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        Person.objects.create(code="Ann Lee", name="Ann Lee", is_verified=False, created_at=NOW)
    key = make_key(tenant, "read")

    [shown] = get("/people", key).json()["items"]

    assert (shown["code"], shown["is_verified"]) == (None, False)
    assert get("/people?q=Ann", key).json()["items"] == []
    [seen] = get("/people?q=Ann", make_key(tenant, "admin")).json()["items"]
    assert seen["name"] == "Ann Lee"


def test_a_question_about_a_name_is_answered_once() -> None:
    tenant, key = estate()
    with tenant_scope(tenant.id):
        review = NameReview.objects.create(kind="site", text="Nord", first_seen_at=NOW)
        target = Site.objects.get()
    url, body = f"/name-reviews/{review.pk}/answer", {"target_id": str(target.pk)}

    assert [item["text"] for item in get("/name-reviews", key).json()["items"]] == ["Nord"]
    assert post(url, body, key).status_code == 204
    assert post(url, body, key).status_code == 404
    assert post(url, body, make_key(tenant, "read")).status_code == 403


def test_a_site_in_a_folder_of_time_zones_is_refused_with_the_cure() -> None:
    _, key = estate()

    for zone in ("America", "a" * 300, "Mars/Olympus"):
        answer = post("/sites", {"code": "S9", "name": "S9", "time_zone": zone}, key)
        assert answer.status_code == 422
        assert "use a name such as 'Europe/London'" in answer.json()["fields"]["time_zone"]

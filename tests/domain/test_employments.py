"""How people work here: what the rules read of it, and that nobody reads a name in it."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client as Browser

from tests.console.making import make_site
from tests.make import NOW, bearer, make_key, make_user, signed_in
from watchfloor.domain.org.models import Site
from watchfloor.domain.people.models import Person
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.reactive.directory import open_directory


def make_person(site: Site, code: str, *, is_verified: bool = True) -> Person:
    with tenant_scope(site.tenant_id):
        return Person.objects.create(
            code=code, name="Ann Lee", home_site=site, is_verified=is_verified, created_at=NOW
        )


def post(path: str, body: dict[str, Any], key: str) -> Any:
    return Browser().post(
        f"/api/v1{path}", body, content_type="application/json", headers=bearer(key)
    )


def listed(key: str, query: str = "") -> list[Any]:
    answer = Browser().get(f"/api/v1/employments{query}", headers=bearer(key))
    return [row["person"] for row in answer.json()["items"]]


def test_rules_read_where_somebody_may_work_and_with_which_device(tenant: Tenant) -> None:
    site, key = make_site(tenant), make_key(tenant, "admin")
    make_person(site, "G1")
    post("/groups", {"code": "dogs"}, key)
    table = (
        "person,skills,groups,authorised_sites,own_device\n"
        f'G1,"first aid, dogs",dogs,{site.code},phone-1\nG2,,cats,,\n'
    )
    faults = post("/employments/import", {"csv": table}, key).json()["errors"]
    assert [(one["row"], one["field"]) for one in faults] == [(2, "person"), (2, "groups")]

    assert post("/employments/import", {"csv": table[: table.index("G2")]}, key).status_code == 200
    post("/sites", {"code": site.code, "radius_m": 75}, key)
    with tenant_scope(tenant.id):
        directory = open_directory()
    person = directory.people["G1"]
    assert (person.sites, person.device) == (frozenset({site.code}), "phone-1")
    assert directory.sites[site.code].radius_m == 75
    post("/employments", {"person": "G1", "authorised_sites": None}, key)
    with tenant_scope(tenant.id):
        assert open_directory().people["G1"].sites is None


def test_who_may_not_see_persons_reads_confirmed_codes_and_no_name(tenant: Tenant) -> None:
    site, key = make_site(tenant), make_key(tenant, "admin")
    for person in (make_person(site, "G1"), make_person(site, "Ann Lee", is_verified=False)):
        assert post("/employments", {"person": person.code}, key).status_code == 200
    reader = make_key(tenant, "read")

    assert listed(key) == ["G1", "Ann Lee"]
    assert listed(reader) == ["G1", None]
    assert listed(reader, "?q=Ann") == []
    assert listed(reader, "?q=g1") == ["G1"]
    assert listed(reader, "?person=Ann%20Lee") == []
    assert listed(key, "?person=Ann%20Lee") == ["Ann Lee"]
    assert listed(key, "?q=Ann") == ["Ann Lee"]
    viewer = signed_in(make_user(tenant, "viewer"))
    page = viewer.get("/operation/employments").content.decode()
    assert ">G1</a>" in page
    for path in ("", f"/{last(key)}"):
        said = viewer.get(f"/operation/employments{path}").content.decode()
        assert not re.search(r"\bAnn\b", said), "three letters alone may stand in a token"


def last(key: str) -> str:
    rows = Browser().get("/api/v1/employments", headers=bearer(key)).json()["items"]
    return str(rows[-1]["id"])

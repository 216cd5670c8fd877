"""One mechanism for all registers, seen through posts: import, list, save, retire, to whom."""

from __future__ import annotations

from typing import Any

from django.test import Client as Browser

from tests.console.making import make_site
from tests.make import bearer, make_key, make_tenant
from watchfloor.aiops.privacy.names import HIDDEN
from watchfloor.domain.org.models import InventoryRevision, Site
from watchfloor.domain.posts.models import Post
from watchfloor.platform.accounts.senders import Bounds
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.importing import WRITE_DAYS
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant


def post(path: str, body: dict[str, Any], key: str) -> Any:
    return Browser().post(
        f"/api/v1{path}", body, content_type="application/json", headers=bearer(key)
    )


def listed(key: str, query: str = "") -> list[dict[str, Any]]:
    answer = Browser().get(f"/api/v1/posts{query}", headers=bearer(key))
    assert answer.status_code == 200, answer.content
    return list(answer.json()["items"])


def codes(key: str, query: str = "") -> list[str]:
    return [row["code"] for row in listed(key, query)]


def gate(site: Site, code: str = "gate", **values: Any) -> dict[str, Any]:
    return {"code": code, "name": "Main gate", "site": site.code, "kind": "GATE", **values}


def revision(tenant: Tenant) -> int:
    with tenant_scope(tenant.id):
        return InventoryRevision.objects.values_list("number", flat=True).first() or 0


def test_a_table_comes_in_whole_or_not_at_all_and_every_fault_is_named(tenant: Tenant) -> None:
    site, key = make_site(tenant), make_key(tenant, "admin")
    faulty = (
        "code,site,required_guards,kind\n"
        f"a,{site.code},x,GATE\na,{site.code},1,GATE\na,{site.code},1,GATE\nb,nowhere,1,MOAT\n"
        "c,nowhere,1,VAULT\n"
    )

    refused = post("/posts/import", {"csv": faulty}, key)
    assert refused.status_code == 422
    faults = {(fault["row"], fault["field"]) for fault in refused.json()["errors"]}
    assert faults == {
        (1, "required_guards"), (3, "code"), (4, "kind"), (5, "site")
    }  # fmt: skip
    assert not listed(key)
    assert post("/posts/import", {"csv": "name\nGate\n"}, key).json()["fields"]["csv"]

    table = {"rows": [gate(site), gate(site, "vault", kind="VAULT", armed="yes")]}
    tried = post("/posts/import", table | {"dry_run": True}, key).json()
    assert (tried["created"], listed(key), revision(tenant)) == (2, [], 0)
    assert post("/posts/import", table, key).json()["created"] == 2
    again = post("/posts/import", table, key).json()
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 2)
    assert revision(tenant) == 1
    assert codes(key, "?armed=true") == codes(key, "?kind=VAULT") == codes(key, "?q=vau")
    assert codes(key, f"?site={site.code}") == ["gate", "vault"]
    [first] = listed(key, "?limit=1")
    assert (first["site"], first["required_guards"], first["risk"]) == (site.code, 1, "MEDIUM")


def test_a_table_of_a_german_excel_comes_in_and_tells_what_it_passed_over(tenant: Tenant) -> None:
    site, key = make_site(tenant), make_key(tenant, "admin")
    table = f"\ufeffCode;Site;Kind;Latitude;Longitud\r\ngate;{site.code};GATE;48,8566;2,35\r\n"

    made = post("/posts/import", {"csv": table}, key).json()
    assert (made["created"], made["errors"]) == (1, [])
    [note] = made["notes"]
    assert "did you mean 'longitude'" in note
    [row] = listed(key)
    assert (row["latitude"], row["longitude"]) == (48.8566, None)

    sites = "Code;Latitud\nS7;48,1\n"
    tried = post("/sites/import", {"csv": sites, "dry_run": True}, key).json()
    assert (tried["created"], len(tried["notes"])) == (1, 1)
    people = {"people": [{"code": "G1", "name": "Ann Lee"}]}
    assert post("/inventory/import", people, key).json()["notes"] == []
    leave = "Person;Starts on;Ends on\nG1;{};24.12.2026\n"
    assert post("/leave/import", {"csv": leave.format("23.12.2026")}, key).json()["created"] == 1
    [unclear] = post("/leave/import", {"csv": leave.format("5/6/2026")}, key).json()["errors"]
    assert (unclear["field"], WRITE_DAYS in unclear["message"]) == ("starts_on", True)


def test_a_row_is_changed_by_its_code_retired_by_its_id_and_comes_back(tenant: Tenant) -> None:
    site, key = make_site(tenant), make_key(tenant, "admin")
    made = post("/posts", gate(site, required_guards=2), key).json()
    changed = post("/posts", {"code": "gate", "site": site.code, "risk": "HIGH"}, key).json()
    path = f"/api/v1/posts/{made['id']}"

    assert (changed["id"], changed["required_guards"], changed["risk"]) == (made["id"], 2, "HIGH")
    wrong = post("/posts", gate(site, latitude=91), key)
    assert wrong.status_code == 422
    assert "latitude" in wrong.json()["fields"]
    assert Browser().delete(path, headers=bearer(key)).status_code == 204
    assert Browser().get(path, headers=bearer(key)).status_code == 404
    assert post("/posts", gate(site), key).json()["id"] == made["id"]
    assert codes(key) == ["gate"]
    with tenant_scope(tenant.id):
        rows = AuditRow.objects.filter(object_kind="post").order_by("id")
        said = [(row.action, row.before, row.after) for row in rows]
    assert [action for action, _, _ in said] == [
        "register.saved", "register.saved", "register.retired", "register.saved"
    ]  # fmt: skip
    assert said[1][1:] == ({"risk": "MEDIUM"}, {"risk": "HIGH"})
    assert said[3][1:] == ({"is_active": False}, {"is_active": True})


def test_who_manages_one_site_writes_and_reads_its_rows_alone(tenant: Tenant) -> None:
    here, there = make_site(tenant, "Here"), make_site(tenant, "There")
    whole = make_key(tenant, "admin")
    bound = make_key(tenant, "admin", bounds=Bounds(sites=(here.code,)))
    elsewhere = post("/posts", gate(there, "theirs"), whole).json()

    assert post("/posts", gate(here, "ours"), bound).status_code == 200
    assert codes(bound) == ["ours"]
    assert post("/posts", gate(there, "more"), bound).json()["fields"] == {
        "site": f"no site has the code {there.code!r}; import it first"
    }
    taken = post("/posts", gate(here, "theirs"), bound)
    assert taken.json()["fields"]["code"] == "this one lies beyond your places; choose another"
    path = f"/api/v1/posts/{elsewhere['id']}"
    assert Browser().delete(path, headers=bearer(bound)).status_code == 404
    with tenant_scope(tenant.id):
        assert Post.objects.get(code="theirs").site == there


def test_rows_of_a_table_refer_to_each_other_in_any_order_and_to_no_circle(tenant: Tenant) -> None:
    site, key = make_site(tenant), make_key(tenant, "admin")
    stranger = make_key(make_tenant(), "admin")

    def assets(*rows: tuple[str, str], by: str = key) -> Any:
        named = {"site": site.code} if by == key else {}
        table = [{"code": code, "parent": parent, **named} for code, parent in rows]
        return post("/assets/import", {"rows": table}, by).json()

    def faults(answer: Any) -> list[tuple[int, str, str]]:
        return [(fault["row"], fault["field"], fault["message"]) for fault in answer["errors"]]

    made = assets(("pump", "chiller"), ("chiller", "plant"), ("plant", ""), ("valve", "chiller"))
    assert (made["created"], made["errors"]) == (4, [])
    rows = Browser().get("/api/v1/assets", headers=bearer(key)).json()["items"]
    assert {row["code"]: row["parent"] for row in rows} == {
        "pump": "chiller", "chiller": "plant", "plant": None, "valve": "chiller"
    }  # fmt: skip
    assert assets(("pump", "chiller"), ("chiller", "plant"))["unchanged"] == 2
    with tenant_scope(tenant.id):
        said = AuditRow.objects.filter(object_kind="asset").order_by("id")
        assert [row.after["parent"] for row in said if row.after] == [
            "chiller", "plant", None, "chiller"
        ]  # fmt: skip

    again = "name another one"
    assert faults(assets(("fan", "rotor"), ("hub", "fan"), ("rotor", "hub"), ("rim", "hub"))) == [
        (1, "parent", f"'fan' would be above itself (fan, rotor, hub, fan); {again}")
    ]
    assert faults(assets(("valve", ""), ("plant", "pump"))) == [
        (2, "parent", f"'plant' would be above itself (plant, …, …, plant); {again}")
    ]
    assert faults(assets(("self", "self"), ("lone", "gone"))) == [
        (2, "parent", "no asset has the code 'gone'; import it first")
    ]
    alone = post("/assets", {"code": "self", "parent": "self", "site": site.code}, key).json()
    assert alone["fields"] == {"parent": f"'self' would be above itself (self, self); {again}"}
    assert faults(assets(("theirs", "pump"), by=stranger)) == [
        (1, "parent", "no asset has the code 'pump'; import it first")
    ]
    assert Browser().get("/api/v1/assets?q=valve", headers=bearer(key)).json()["items"][0]["parent"]


def test_strangers_and_those_who_only_read_change_nothing(tenant: Tenant) -> None:
    site, key = make_site(tenant), make_key(tenant, "admin")
    made = post("/posts", gate(site), key).json()
    stranger, reader = make_key(make_tenant(), "admin"), make_key(tenant, "read")
    path = f"/api/v1/posts/{made['id']}"

    assert codes(reader) == ["gate"]
    for path_of, body in (("/posts", gate(site)), ("/posts/import", {"rows": [gate(site)]})):
        assert post(path_of, body, reader).status_code == 403
        assert post(path_of, body, stranger).status_code == 422
    assert Browser().get(path, headers=bearer(stranger)).status_code == 404
    assert Browser().delete(path, headers=bearer(stranger)).status_code == 404
    assert Browser().delete(path, headers=bearer(reader)).status_code == 403
    assert Browser().get("/api/v1/posts").status_code == 401
    assert codes(key) == ["gate"]


def test_the_trail_that_nobody_can_change_keeps_no_words_about_a_person(tenant: Tenant) -> None:
    key, said = make_key(tenant, "admin"), "broke his leg"
    post("/people", {"code": "G1", "name": "Ann Lee"}, key)
    leave = {"person": "G1", "starts_on": "2026-03-02", "ends_on": "2026-03-03", "note": said}
    made = post("/leave", leave, key).json()
    post("/leave", {**leave, "note": f"{said} twice"}, key)
    Browser().delete(f"/api/v1/leave/{made['id']}", headers=bearer(key))

    with tenant_scope(tenant.id):
        rows = [(one.before or {}, one.after or {}) for one in AuditRow.objects.order_by("at", "id")
                if one.object_kind == "leave"]  # fmt: skip
    assert made["note"] == said
    notes = [(before.get("note"), after.get("note")) for before, after in rows]
    assert notes == [(None, HIDDEN), (HIDDEN, HIDDEN), (HIDDEN, None)]
    assert rows[0][1]["starts_on"] == "2026-03-02"

"""The register of licences: renewed by a further row, and nobody's number in what stays."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client as Browser

from tests.console.making import make_site
from tests.domain.test_employments import make_person, post
from tests.make import bearer, make_key, make_tenant, make_user, signed_in
from watchfloor.aiops.licences import Term
from watchfloor.domain.people.selectors import licences
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

NUMBER = "SIA-1001-2002-3003"
HEADER = "person,skill,number,issued_on,valid_until\n"
OLD = f"G1,armed,{NUMBER},2023-04-01,2026-03-31\n"
NEW = f"G1,armed,{NUMBER},2026-04-01,2029-03-31\n"
Answer = dict[str, Any]


def listed(key: str, query: str = "") -> list[Answer]:
    answer = Browser().get(f"/api/v1/licences{query}", headers=bearer(key))
    return list(answer.json()["items"])


def test_a_table_is_tried_first_and_a_renewal_keeps_what_was_so_before(tenant: Tenant) -> None:
    key = make_key(tenant, "admin")
    make_person(make_site(tenant), "G1")

    def imported(table: str, **how: Any) -> Answer:
        told: Answer = post("/licences/import", {"csv": HEADER + table, **how}, key).json()
        return told

    wrong = f"G2,armed,,2026-01-01,2027-01-01\nG1,armed,,2026-04-01,2026-03-31\nG1,{'x' * 81},,,\n"
    faults = {(one["row"], one["field"]) for one in imported(OLD + wrong)["errors"]}
    assert faults == {
        (2, "person"), (3, "row"), (4, "skill"), (4, "issued_on"), (4, "valid_until"),
    }  # fmt: skip
    assert imported(OLD, dry_run=True)["created"] == 1
    assert listed(key) == []
    imported(OLD)
    assert imported(OLD + NEW)["created"] == 1

    with tenant_scope(tenant.id):
        first, second = Term(date(2023, 4, 1), date(2026, 3, 31)), Term(*renewed())
        assert licences() == {"G1": {"armed": [first, second]}}
    post("/licences", {**listed(key)[0], "valid_until": "2028-03-31"}, key)
    newest, _ = listed(key)
    assert (newest["issued_on"], newest["valid_until"]) == ("2026-04-01", "2028-03-31")
    page = signed_in(make_user(tenant, "admin")).get("/operation/licences")
    assert NUMBER in page.getvalue().decode()


def renewed() -> tuple[date, date]:
    return date(2026, 4, 1), date(2029, 3, 31)


def test_a_number_is_for_who_sees_persons_and_not_in_what_stays(tenant: Tenant) -> None:
    key = make_key(tenant, "admin")
    person = make_person(make_site(tenant), "G1")
    table = {"csv": HEADER + OLD}
    post("/licences/import", table, key)
    post("/licences", {**listed(key)[0], "number": f"{NUMBER}-B"}, key)
    [row] = listed(key, f"?q={NUMBER}")
    reader, stranger = make_key(tenant, "read"), make_key(make_tenant(), "admin")

    assert (row["person"], row["number"]) == ("G1", f"{NUMBER}-B")
    assert [(one["person"], one["number"]) for one in listed(reader)] == [("G1", None)]
    assert listed(reader, "?q=SIA") == listed(stranger) == []
    where = f"/api/v1/licences/{row['id']}"
    assert Browser().get(where, headers=bearer(stranger)).status_code == 404
    assert Browser().delete(where, headers=bearer(stranger)).status_code == 404
    assert post("/licences", {**row, "number": "9"}, stranger).status_code == 422
    assert post("/licences/import", table, reader).status_code == 403
    viewer = signed_in(make_user(tenant, "viewer"))
    for path in ("/operation/licences", f"/operation/licences/{row['id']}", f"/people/{person.pk}"):
        said = viewer.get(path).content.decode()
        assert "armed" in said
        assert NUMBER not in said

    with tenant_scope(tenant.id):
        trail = AuditRow.objects.filter(object_kind="licence")
        assert [one.action for one in trail] == ["register.saved"] * 2
        assert not [one for one in trail if NUMBER in f"{one.before}{one.after}"]

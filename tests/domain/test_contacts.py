"""Call lists: in order, at their hours, written whole, and read by who may see persons."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client as Browser

from tests.console.making import make_site
from tests.make import NOW, bearer, make_key, make_tenant, make_user, signed_in
from watchfloor.aiops.calendars import hours
from watchfloor.domain.contacts import selectors, services
from watchfloor.domain.contacts.models import Contact
from watchfloor.domain.contacts.specs import ContactSpec
from watchfloor.domain.org.models import Site
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Conflict, Invalid
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

BY = Actor("user", "alice")
GRACE = {"name": "Grace Hill", "phone": "+44 20 7946 0001", "role": "Key holder"}
TOM = {"name": "Tom Okafor", "phone": "+44 20 7946 0002", "hours": "Mon-Fri 08:00-18:00"}


def specs(*rows: dict[str, str]) -> list[ContactSpec]:
    return [ContactSpec(**row) for row in rows]


def listed(site: Site) -> list[str]:
    return [contact.name for contact in selectors.contacts_for(EVERYTHING).filter(site=site)]


def put(site: Site, *rows: dict[str, str], seen: list[Any] | None = None) -> None:
    services.replace(site, specs(*rows), seen=seen, by=BY, now=NOW)


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("", "2026-03-01 03:00", True),
        ("08:00-18:00", "2026-03-01 17:59", True),
        ("08:00-18:00", "2026-03-01 18:00", False),
        ("Mon-Fri", "2026-03-01 12:00", False),
        ("Mon-Fri 08:00-18:00; Sun 10:00-12:00", "2026-03-01 11:00", True),
        ("Fri-Mon", "2026-03-01 12:00", True),
        ("Sat 22:00-06:00", "2026-03-01 05:00", True),
        ("Sun 22:00-06:00", "2026-03-01 05:00", False),
        ("mon,sun 00:00-24:00", "2026-03-01 23:59", True),
    ],
)
def test_hours_say_whether_somebody_may_be_called(text: str, at: str, expected: bool) -> None:
    assert hours.covers(text, datetime.fromisoformat(at)) is expected  # 1 March is a Sunday


@pytest.mark.parametrize("text", ["weekdays", "Mon 8-18", "25:00-26:00", "Mon Tue", "08:00-08:00"])
def test_hours_that_nobody_can_read_are_refused_with_the_cure(text: str) -> None:
    with pytest.raises(ValueError, match="write hours such as"):
        hours.read(text)


def test_hours_are_those_of_the_site() -> None:
    tenant = make_tenant()
    site = make_site(tenant)
    with tenant_scope(tenant.id):
        Site.objects.update(time_zone="Asia/Kolkata")
        put(site, TOM)
        [contact] = selectors.contacts_for(EVERYTHING)

        assert selectors.may_be_called(contact, datetime(2026, 3, 2, 3, 0, tzinfo=UTC))
        assert not selectors.may_be_called(contact, datetime(2026, 3, 2, 13, 0, tzinfo=UTC))


def test_a_list_is_replaced_in_order_and_who_stays_on_it_stays_the_same_contact() -> None:
    tenant = make_tenant()
    site = make_site(tenant)
    with tenant_scope(tenant.id):
        put(site, GRACE, TOM)
        grace = Contact.objects.get(name="Grace Hill")

        put(site, {**TOM, "role": "Manager"}, GRACE)
        assert listed(site) == ["Tom Okafor", "Grace Hill"]
        assert Contact.objects.get(name="Grace Hill").pk == grace.pk

        put(site, TOM)
        assert listed(site) == ["Tom Okafor"]
        assert Contact.objects.get(pk=grace.pk).is_active is False
        assert AuditRow.objects.filter(action="call_list.changed").count() == 3
        put(site, TOM)
        assert AuditRow.objects.filter(action="call_list.changed").count() == 3


def test_a_list_that_somebody_else_changed_meanwhile_is_not_overwritten() -> None:
    tenant = make_tenant()
    site = make_site(tenant)
    with tenant_scope(tenant.id):
        put(site, GRACE)

        with pytest.raises(Conflict):
            put(site, TOM, seen=[])
        with pytest.raises(Invalid):
            put(site, TOM, TOM)
        assert listed(site) == ["Grace Hill"]


def estate() -> tuple[Tenant, Site, Site]:
    tenant = make_tenant()
    return tenant, make_site(tenant, "Harbour"), make_site(tenant, "Airport")


def test_an_import_replaces_the_lists_of_the_sites_that_it_names_and_no_others() -> None:
    tenant, harbour, airport = estate()
    with tenant_scope(tenant.id):
        put(harbour, GRACE)
        put(airport, GRACE)
        rows = [{"site": harbour.code, **TOM}, {"site": harbour.code, **GRACE}]

        rehearsed = services.import_call_lists(rows, by=BY, now=NOW, dry_run=True)
        assert (rehearsed.created, rehearsed.changed) == (1, 1)
        assert listed(harbour) == ["Grace Hill"]

        services.import_call_lists(rows, by=BY, now=NOW)
        again = services.import_call_lists(rows, by=BY, now=NOW)

        assert listed(harbour) == ["Tom Okafor", "Grace Hill"]
        assert listed(airport) == ["Grace Hill"]
        assert (again.created, again.changed, again.unchanged) == (0, 0, 2)
        assert AuditRow.objects.filter(action="call_lists.imported").count() == 1


def test_every_fault_of_an_import_is_named_by_row_and_field_and_nothing_is_written() -> None:
    tenant, harbour, _ = estate()
    with tenant_scope(tenant.id):
        rows = [
            {"site": harbour.code, **GRACE},
            {"site": "nowhere", **TOM},
            {"site": harbour.code, "name": "Ann", "phone": "later", "hours": "weekdays"},
            {"site": harbour.code, **GRACE},
            {"phone": "1"},
        ]
        report = services.import_call_lists(rows, by=BY, now=NOW)

        assert {(error.row, error.field) for error in report.errors} == {
            (2, "site"), (3, "phone"), (3, "hours"), (4, "name"), (5, "name"), (5, "site"),
        }  # fmt: skip
        assert not Contact.objects.exists()


def test_a_number_that_our_own_file_marked_as_text_is_read_back() -> None:
    assert ContactSpec(**GRACE | {"phone": "'+44 20 7946 0001"}).phone == "+44 20 7946 0001"


def call(method: str, path: str, key: str, body: Any = None) -> Any:
    send = getattr(Browser(), method)
    return send(f"/api/v1{path}", body, content_type="application/json", headers=bearer(key))


def test_a_call_list_over_http_is_for_those_who_see_the_site_and_names_for_who_may_see_them() -> (
    None
):
    tenant, harbour, airport = estate()
    admin, reader = make_key(tenant, "admin"), make_key(tenant, "read")
    path = f"/sites/{harbour.pk}/call-list"

    assert call("put", path, admin, {"contacts": [GRACE]}).status_code == 200
    assert call("put", path, reader, {"contacts": []}).status_code == 403
    assert call("put", path, make_key(make_tenant(), "admin"), {"contacts": []}).status_code == 404
    [seen] = Browser().get(f"/api/v1{path}", headers=bearer(admin)).json()
    [masked] = Browser().get(f"/api/v1{path}", headers=bearer(reader)).json()
    assert (seen["name"], seen["role"]) == ("Grace Hill", "Key holder")
    assert (masked["name"], masked["phone"], masked["role"]) == (None, None, "Key holder")
    bound = make_user(tenant)
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=bound).update(site_id=airport.pk)
    assert signed_in(bound).get(f"/api/v1{path}").status_code == 404


def test_an_import_over_http_is_for_those_who_manage_all_clients() -> None:
    tenant, harbour, _ = estate()
    body = {"rows": [{"site": harbour.code, **GRACE}]}
    bound = make_user(tenant, "admin")
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=bound).update(site_id=harbour.pk)
    denied = signed_in(bound).post(
        "/api/v1/call-lists/import", body, content_type="application/json"
    )

    assert denied.status_code == 403
    assert call("post", "/call-lists/import", make_key(tenant, "read"), body).status_code == 403
    done = call("post", "/call-lists/import", make_key(tenant, "admin"), body)
    assert (done.status_code, done.json()["created"]) == (200, 1)
    faulty = call("post", "/call-lists/import", make_key(tenant, "admin"), {"rows": [{}]})
    assert faulty.status_code == 422

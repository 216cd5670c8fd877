"""Who reads persons in lists is on record, with how many and which; who sees masks is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from tests.make import bearer, make_key, make_tenant, make_user, signed_in
from watchfloor.domain.helpdesk.models import Ticket
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.org.models import Client, Site
from watchfloor.domain.people.models import Employment, Person
from watchfloor.domain.shifts.models import Assignment, Punch, Shift
from watchfloor.platform.accounts.models import RoleGrant, User
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.disclosures import KEPT, READ, forgotten
from watchfloor.platform.audit.models import AuditRow, Disclosure
from watchfloor.platform.audit.moments import id_at
from watchfloor.platform.audit.sealer import seal_pending
from watchfloor.platform.audit.verify import verify
from watchfloor.platform.jobs.retention import delete_in_batches
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.fraud.models import FraudCase

NAMES = ("Grace", "Séamus", "Mallory")


@pytest.fixture
def estate() -> Tenant:
    """Grace works at S1 of C1, Séamus at S2 of C2; of Mallory a sender gave the name alone."""
    tenant = make_tenant()
    now = timezone.now()
    tables: dict[InventoryKind, list[dict[str, Any]]] = {
        InventoryKind.CLIENT: [{"code": "C1"}, {"code": "C2"}],
        InventoryKind.SITE: [{"code": "S1", "client": "C1"}, {"code": "S2", "client": "C2"}],
        InventoryKind.PERSON: [
            {"code": "P1", "name": "Grace Hill", "home_site": "S1"},
            {"code": "P2", "name": "Séamus O'Brien", "home_site": "S2"},
        ],
    }
    with tenant_scope(tenant.id):
        inventory.import_inventory(tables, by=SYSTEM, now=now)
        site = Site.objects.get(code="S1")
        Person.objects.create(
            code="Mallory Vane", name="Mallory Vane", home_site=site, created_at=now,
            is_verified=False,
        )  # fmt: skip
        grace = Person.objects.get(code="P1")
        Employment.objects.create(person=grace, created_at=now)
        told: dict[str, Any] = {"site": site, "person": grace, "person_code": "P1"}
        Punch.objects.create(kind="check_in", at=now, received_at=now, **told)
        shift = Shift.objects.create(
            code="S1-day", site=site, starts_at=now - timedelta(hours=1), required=1,
            ends_at=now + timedelta(hours=7), published_at=now,
        )  # fmt: skip
        Assignment.objects.create(
            shift=shift, person=grace, person_code="P1", starts_at=shift.starts_at
        )
        FraudCase.objects.create(person=grace, site=site, score=0.6, opened_at=now)
        Ticket.objects.create(
            code="T1", title="Lock", site=site, priority="P2", state="NEW", assignee="P1",
            opened_at=now, changed_at=now,
        )  # fmt: skip
    return tenant


def lists(tenant: Tenant) -> list[str]:
    with tenant_scope(tenant.id):
        shift = Shift.objects.get()
    return [
        "/people", "/operation/employments", "/operation/punches", "/operation/tickets",
        f"/presence/{shift.pk}", "/api/v1/people", "/api/v1/punches", "/api/v1/presence",
    ]  # fmt: skip


def read_by(tenant: Tenant, reader: User | None = None) -> dict[str, tuple[int, dict[str, str]]]:
    """Return by address how many persons were told, and by what the list was narrowed."""
    with tenant_scope(tenant.id):
        rows = AuditRow.objects.filter(action=READ, **({"actor_id": reader.pk} if reader else {}))
        assert not any(name in str(row.after) for row in rows for name in NAMES)
        assert all(row.after["persons"] == len(row.disclosure.people) for row in rows)
        found = {row.object_id: (row.after["persons"], row.after["narrowed"]) for row in rows}
        assert len(found) == len(rows)
    return found


def ids_of(tenant: Tenant) -> dict[str, Any]:
    with tenant_scope(tenant.id):
        return dict(Person.objects.values_list("code", "pk"))


def get(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.content)
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def test_a_list_of_persons_leaves_one_row_with_how_many_and_never_a_name(estate: Tenant) -> None:
    supervisor = make_user(estate, "supervisor")
    browser = signed_in(supervisor)
    get(browser, "/people?q=Grace&verified=yes&limit=7")
    assert read_by(estate, supervisor) == {"/people": (1, {"q": "***", "verified": "yes"})}
    fraud = ["/fraud", "/api/v1/fraud/cases"]
    for address in (*lists(estate)[1:] * 2, *fraud, "/people.csv"):
        get(browser, address)
    get(browser, "/operation/punches.csv?person=P1")
    read = read_by(estate, supervisor)
    files = ["/people.csv", "/operation/punches.csv"]
    assert read.keys() == {*lists(estate), *fraud, *files}
    assert read["/api/v1/people"] == (3, {})
    assert read["/operation/tickets"] == (1, {})
    assert read["/operation/punches.csv"] == (1, {"person": "P1"})

    get(browser, "/people?q=Gra")
    assert read_by(estate, supervisor) == read
    # Whom the list did not tell of before: two more, and the chain holds them.
    get(browser, "/people")
    with tenant_scope(estate.id):
        rows = AuditRow.objects.filter(action=READ, object_id="/people").order_by("id")
        assert [row.after["persons"] for row in rows] == [1, 2]
        seal_pending(timezone.now() + timedelta(minutes=1))
        assert verify(timezone.now()).is_intact


def test_who_sees_masks_leaves_nothing_and_who_sees_some_persons_leaves_those(
    estate: Tenant,
) -> None:
    viewer, operator = make_user(estate, "viewer"), make_user(estate, "viewer")
    with tenant_scope(estate.id):
        client = Client.objects.get(code="C2")
        RoleGrant.objects.create(user=operator, role="operator", client_id=client.pk)
    reading = bearer(make_key(estate, "read"))
    for address in lists(estate):
        get(signed_in(viewer), address)
        get(signed_in(operator), address)
        if address.startswith("/api/"):
            assert Browser().get(address, headers=reading).status_code == 200
    assert read_by(estate) == {"/people": (1, {}), "/api/v1/people": (1, {})}
    assert read_by(estate, operator) == read_by(estate)
    with tenant_scope(estate.id):
        told = {person for row in Disclosure.objects.all() for person in row.people}
    assert told == {ids_of(estate)["P2"]}


def test_the_trail_tells_who_has_seen_a_person_to_whom_may_read_it_alone(estate: Tenant) -> None:
    operator = make_user(estate, "operator")
    grace, seamus = ids_of(estate)["P1"], ids_of(estate)["P2"]
    browser = signed_in(operator)
    for address in (f"/people/{grace}", "/people", "/operation/punches"):
        get(browser, address)

    auditor = signed_in(make_user(estate, "auditor"))
    about = f"/audit?about=person:{grace}"
    assert f'href="{about}"' in get(auditor, f"/people/{grace}")
    page = get(auditor, about)
    assert all(said in page for said in ("person.read", "/operation/punches", "/people"))
    asked = {"object_kind": "person", "object_id": str(grace), "actor_id": str(operator.pk)}
    read = auditor.get("/api/v1/audit", asked).json()["items"]
    assert [row["action"] for row in read] == [READ, READ, "person.read"]
    assert {row["actor_id"] for row in read} == {str(operator.pk)}
    of_other = auditor.get("/api/v1/audit", asked | {"object_id": str(seamus)}).json()["items"]
    assert [row["object_id"] for row in of_other] == ["/people"]
    assert auditor.get("/api/v1/audit", asked | {"object_id": "nobody"}).json()["items"] == []

    assert browser.get(about).status_code == 403
    assert browser.get("/api/v1/audit", asked).status_code == 403
    assert "/audit?about=person" not in get(browser, f"/people/{grace}")
    stranger = signed_in(make_user(make_tenant(), "auditor"))
    assert stranger.get("/api/v1/audit", asked).json()["items"] == []


def test_a_person_is_told_when_but_not_by_whom_and_is_forgotten_with_time_or_at_once(
    estate: Tenant,
) -> None:
    operator, admin = make_user(estate, "operator"), signed_in(make_user(estate, "admin"))
    grace = ids_of(estate)["P1"]
    get(signed_in(operator), "/people")
    kept = admin.get(f"/api/v1/people/{grace}/kept").json()["tables"]["audit_auditrow"]
    assert [row["object_id"] for row in kept if row["action"] == READ] == ["/people"]
    assert str(operator.pk) not in str(kept)

    body = {"confirm": "P1"}
    done = admin.post(f"/api/v1/people/{grace}/erase", body, "application/json")
    assert done.json()["changed"]["audit_disclosure"] == 1
    with tenant_scope(estate.id):
        row = Disclosure.objects.get()
        assert len(row.people) == 2
        assert grace not in row.people
        old = AuditRow.objects.filter(action="person.erased").get()
        Disclosure.objects.create(pk=id_at(timezone.now() - KEPT * 1.01), row=old, people=[])
    delete_in_batches(forgotten(timezone.now()))
    with tenant_scope(estate.id):
        assert Disclosure.objects.get() == row
        assert AuditRow.objects.filter(pk=old.pk).exists()
        seal_pending(timezone.now() + timedelta(minutes=1))
        assert verify(timezone.now()).is_intact

"""Whoever may not see persons finds no name, number or address that the floor knows, anywhere."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

from tests.make import GRACES_NUMBER, bearer, make_key, make_tenant, make_user, signed_in
from tests.noc import flow
from watchfloor.console.urls import urlpatterns
from watchfloor.domain.contacts import services as contacts
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.people.models import Person
from watchfloor.domain.privacy.rows import tables
from watchfloor.domain.shifts import services as shifts
from watchfloor.domain.shifts.models import Punch
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.accounts.identify import viewer_of_user
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.audit.sealer import seal_pending
from watchfloor.platform.audit.verify import verify
from watchfloor.platform.privacy import PrivacyMiddleware
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

SECRETS = ("Grace", "Hill", "O'Brien", "Brien", *GRACES_NUMBER, "grace@", "Mallory")
MESSAGE = "Grace Hill (+44 20 7946 0001, grace@example.com) replaced O'Brien, Séamus"


@pytest.fixture
def estate() -> Tenant:
    """A site at which an alert names two known persons, and one that only a sender named."""
    tenant = make_tenant()
    people = [
        {"code": "P1", "name": "Grace Hill", "phone": "020 7946 0001", "home_site": "S1",
         "email": "grace@example.com"},
        {"code": "P2", "name": "Séamus O'Brien", "home_site": "S2"},
    ]  # fmt: skip
    tables = {
        InventoryKind.CLIENT: [{"code": "C1"}, {"code": "C2"}],
        InventoryKind.SITE: [
            {"code": "S1", "name": "Harbour", "client": "C1"},
            {"code": "S2", "name": "Park", "client": "C2"},
        ],
        InventoryKind.PERSON: people,
    }
    with tenant_scope(tenant.id):
        inventory.import_inventory(tables, by=SYSTEM, now=flow.at(-60))
    labels = {"note": "seen by Mallory Vane", "nested": '{"who": "Grace Hill"}'}
    for site in ("S1", "S2"):
        report = flow.make_report(
            0, message=MESSAGE, site=site, person="Mallory Vane", labels=labels
        )
        flow.work(tenant, report)
    return tenant


def doors(tenant: Tenant) -> list[str]:
    with tenant_scope(tenant.id):
        alert, incident = NOCAlertEvent.objects.all()[0].pk, NOCIncident.objects.all()[0].pk
    return [
        "/", "/alerts", f"/alerts/{alert}", "/reports", "/people", f"/incidents/{incident}",
        "/operation/assignments", "/api/v1/alerts", f"/api/v1/alerts/{alert}",
        "/api/v1/incidents", f"/api/v1/incidents/{incident}", "/api/v1/people",
    ]  # fmt: skip


def test_a_viewer_finds_nobody_on_pages_and_by_api(estate: Tenant) -> None:
    browser = signed_in(make_user(estate, "viewer"))
    for door in doors(estate):
        answer = browser.get(door)
        assert answer.status_code == 200, door
        said = answer.content.decode()
        found = [secret for secret in SECRETS if secret in said]
        assert not found, (door, found)
    operator = signed_in(make_user(estate, "operator"))
    assert "Grace Hill" in operator.get("/api/v1/alerts").content.decode()
    assert "Grace Hill" in operator.get("/alerts").content.decode()


def test_no_search_tells_a_name_letter_by_letter(estate: Tenant) -> None:
    viewer, operator = (signed_in(make_user(estate, role)) for role in ("viewer", "operator"))
    since = {"since": flow.at(-60).isoformat()}
    for door in ("/api/v1/alerts", "/api/v1/incidents"):
        assert viewer.get(door, {"q": "Grac", **since}).json()["items"] == []
        assert viewer.get(door, {"q": "S1", **since}).json()["items"]
    assert operator.get("/api/v1/alerts", {"q": "Grac", **since}).json()["items"]
    for door in ("/alerts", "/"):
        assert "Harbour" in viewer.get(door).content.decode()
        assert not viewer.get(door, {"q": "Grac"}).context["rows"]


def test_files_hold_nobody_either(estate: Tenant) -> None:
    with tenant_scope(estate.id):
        grace = {"site": "S1", "name": "Grace Hill", "phone": "020 7946 0001"}
        contacts.import_call_lists([grace], by=SYSTEM, now=flow.at(-50))
    auditor, admin = (signed_in(make_user(estate, role)) for role in ("auditor", "admin"))
    files = [str(one.pattern) for one in urlpatterns]
    told = {}
    for name in (one for one in files if one.endswith(".csv") and "<" not in one):
        told[name] = auditor.get(f"/{name}").getvalue().decode()
        assert not [secret for secret in SECRETS if secret in told[name]], name
    for name in ("alerts.csv", "reports.csv", "people.csv", "call-lists.csv"):
        assert "Grace" in admin.get(f"/{name}").getvalue().decode()
        has_lines = told[name].count("\n") > 1
        assert has_lines == (name != "call-lists.csv"), "whom to call is left out whole"


def test_a_file_of_which_nobody_knows_what_it_says_is_refused(estate: Tenant) -> None:
    """A new kind of file is masked by somebody, or is not for who may not see persons."""
    request = RequestFactory().get("/")
    for role, may in (("viewer", False), ("operator", True)):
        door = PrivacyMiddleware(lambda _: HttpResponse(b"x", content_type="application/pdf"))
        with tenant_scope(estate.id):
            request.viewer = viewer_of_user(make_user(estate, role))  # type: ignore[attr-defined]
            with nullcontext() if may else pytest.raises(PermissionDenied):
                assert door(request).content == b"x"


def test_a_key_that_reads_finds_nobody(estate: Tenant) -> None:
    browser = signed_in(make_user(estate, "viewer"))
    browser.logout()
    key = make_key(estate, "read")
    said = browser.get("/api/v1/alerts", headers=bearer(key)).content.decode()
    assert "G••• H•••" in said
    assert not [secret for secret in SECRETS if secret in said]


def test_who_sees_the_persons_of_one_client_finds_those_of_no_other(estate: Tenant) -> None:
    """The mask follows where somebody lives, and not where the words stand."""
    user = make_user(estate, "operator")
    with tenant_scope(estate.id):
        site = NOCAlertEvent.objects.filter(site__code="S1").get().site
        RoleGrant.objects.filter(user=user).update(client_id=site.client_id)
    said = signed_in(user).get("/api/v1/alerts").content.decode()
    assert "Grace Hill" in said
    assert "Brien" not in said


def test_somebody_new_is_masked_at_once(estate: Tenant) -> None:
    browser = signed_in(make_user(estate, "viewer"))
    browser.get("/api/v1/alerts")
    flow.work(estate, flow.make_report(5, message="Nils Holm was here", site="S1"))
    assert "Nils Holm" in browser.get("/api/v1/alerts").content.decode()
    flow.work(estate, flow.make_report(6, message="again", site="S1", person="Nils Holm"))
    assert "Nils Holm" not in browser.get("/api/v1/alerts").content.decode()


def kept_of(estate: Tenant, person: Person) -> list[str]:
    """Return the tables in whose words the person still stands."""
    words = ("Grace", *GRACES_NUMBER, "grace@example.com")
    with tenant_scope(estate.id):
        return [
            table.model._meta.db_table
            for table in tables()
            for row in table.model._default_manager.filter(tenant_id=estate.id)
            if any(word in str(getattr(row, name)) for name in table.columns for word in words)
        ]


def test_one_person_is_handed_out_and_erased_and_the_trail_stays_whole(estate: Tenant) -> None:
    with tenant_scope(estate.id):
        person = Person.objects.get(code="P1")
        Punch.objects.create(
            kind="check_in", at=flow.at(0), received_at=flow.at(0), person=person,
            person_code="P1", latitude=1.0, longitude=2.0, confidence=0.9, face="t-1",
        )  # fmt: skip
    admin = signed_in(make_user(estate, "admin"))
    page = admin.get(f"/people/{person.pk}").content.decode()
    assert f"/api/v1/people/{person.pk}/kept" in page
    assert f'data-path="/api/v1/people/{person.pk}/erase"' in page
    kept = admin.get(f"/api/v1/people/{person.pk}/kept").json()
    assert {"people_person", "shifts_punch", "alerts_nocalertevent"} <= kept["tables"].keys()
    assert kept["tables"]["people_person"][0]["name"] == "Grace Hill"

    where = f"/api/v1/people/{person.pk}/erase"
    asked = {"content_type": "application/json"}
    assert admin.post(where, {"confirm": "P2"}, **asked).status_code == 422
    assert kept_of(estate, person)
    done = admin.post(where, {"confirm": "P1"}, **asked)
    assert done.status_code == 200, done.content
    assert kept_of(estate, person) == []
    with tenant_scope(estate.id):
        seal_pending(flow.at(60))
        punch = Punch.objects.get()
        assert (punch.latitude, punch.confidence, punch.face) == (None, None, "")
        assert punch.person_code.startswith("erased-")
        alert = NOCAlertEvent.objects.first()
        assert "G••• H•••" in alert.message
        assert "Séamus" in alert.message
        actions = set(AuditRow.objects.values_list("action", flat=True))
        assert {"person.exported", "person.erased"} <= actions
        assert verify(flow.at(61)).is_intact


def test_a_stranger_and_who_sees_no_persons_neither_export_nor_erase(estate: Tenant) -> None:
    with tenant_scope(estate.id):
        person = Person.objects.get(code="P1")
    stranger, auditor = make_user(make_tenant(), "admin"), make_user(estate, "auditor")
    for user, status in ((stranger, 404), (auditor, 403)):
        browser = signed_in(user)
        assert browser.get(f"/api/v1/people/{person.pk}/kept").status_code == status
        body = {"confirm": "P1"}
        answer = browser.post(f"/api/v1/people/{person.pk}/erase", body, "application/json")
        assert answer.status_code == status


def test_reading_a_person_leaves_an_audit_row(estate: Tenant) -> None:
    with tenant_scope(estate.id):
        person = Person.objects.get(code="P1")
    for role in ("operator", "viewer"):
        browser = signed_in(make_user(estate, role))
        assert "/kept" not in browser.get(f"/people/{person.pk}").content.decode()
        browser.get(f"/api/v1/people/{person.pk}")
    with tenant_scope(estate.id):
        assert AuditRow.objects.filter(action="person.read", object_id=person.pk).count() == 2


def test_what_is_old_of_attendance_is_forgotten_by_its_kind(estate: Tenant) -> None:
    now = flow.at(0)
    with tenant_scope(estate.id):
        for days in (1, 91, 181, 732):
            at = now - timedelta(days=days)
            Punch.objects.create(
                kind="check_in", at=at, received_at=at, person_code="P1", latitude=1.0,
                longitude=2.0, confidence=0.9, face="t-1",
            )  # fmt: skip
        shifts.forget(now)
        rows = Punch.objects.order_by("-at").values_list("latitude", "confidence", "face")
        assert list(rows) == [(1.0, 0.9, "t-1"), (None, 0.9, "t-1"), (None, None, "")]

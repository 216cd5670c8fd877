"""A surname alone is masked on pages, in answers and in files, and gone when its person is."""

from __future__ import annotations

from unicodedata import normalize

from tests.make import make_tenant, make_user, signed_in
from tests.noc import flow
from watchfloor.domain.helpdesk.models import Ticket
from watchfloor.domain.inventory import services as inventory
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.org.models import Site
from watchfloor.domain.people.models import Person
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

SECRETS = ("fresnoy", "FRESNOY", "Quillfeather", "Mr Hill")
DUFRESNOY = "Dufr\N{LATIN SMALL LETTER E WITH ACUTE}snoy"
SAID = normalize("NFD", f"Mrs {DUFRESNOY}: {DUFRESNOY} or {DUFRESNOY.upper()}'s radio is off")
DOORS = (
    "/", "/alerts", "/operation/tickets", "/reports", "/alerts.csv", "/api/v1/alerts",
    "/api/v1/incidents", "/api/v1/tickets",
)  # fmt: skip
REST = "Mr Hill told Quillfeather at Harbour Hill"


def estate() -> Tenant:
    """Two sites of two clients, of which a person each is told by surname alone."""
    tenant = make_tenant()
    tables = {
        InventoryKind.CLIENT: [{"code": "C1"}, {"code": "C2"}],
        InventoryKind.SITE: [
            {"code": "S1", "name": "Harbour Hill", "client": "C1"},
            {"code": "S2", "name": "Quay", "client": "C2"},
        ],
        InventoryKind.PERSON: [
            {"code": "P1", "name": f"Marguerite {DUFRESNOY}", "home_site": "S1"},
            {"code": "P2", "name": "Quillfeather, Ada", "home_site": "S2"},
            {"code": "P3", "name": "Grace Hill", "home_site": "S1"},
        ],
    }
    with tenant_scope(tenant.id):
        inventory.import_inventory(tables, by=SYSTEM, now=flow.at(-60))
    flow.work(tenant, flow.make_report(0, message=f"{SAID}. {REST}", labels={"note": SAID}))
    with tenant_scope(tenant.id):
        NOCIncident.objects.update(title=f"{SAID}. {REST}")
        Ticket.objects.create(
            code="T1", title=f"{SAID}. {REST}", priority="P3", state="OPEN", opened_at=flow.at(0),
            changed_at=flow.at(0), site=Site.objects.get(code="S1"),
        )  # fmt: skip
    return tenant


def told(tenant: Tenant) -> str:
    with tenant_scope(tenant.id):
        alert = NOCAlertEvent.objects.get()
        rows = [
            alert.message,
            alert.labels,
            NOCIncident.objects.get().title,
            Ticket.objects.get().title,
        ]
    return normalize("NFC", " ".join(map(str, rows)))


def test_surnames_are_hidden_wherever_they_are_read_and_leave_with_their_person() -> None:
    tenant = estate()
    auditor, admin = (signed_in(make_user(tenant, role)) for role in ("auditor", "admin"))
    for door in DOORS:
        answer = auditor.get(door)
        assert answer.status_code == 200, door
        said = normalize("NFC", answer.getvalue().decode())
        assert not [secret for secret in SECRETS if secret in said], door
    said = auditor.get("/api/v1/alerts").content.decode()
    assert "Mr H••• told Q••• at Harbour Hill" in said
    assert REST in admin.get("/api/v1/alerts").content.decode()

    of_one_client = make_user(tenant, "operator")
    with tenant_scope(tenant.id):
        client_id = Site.objects.get(code="S1").client_id
        RoleGrant.objects.filter(user=of_one_client).update(client_id=client_id)
        person = Person.objects.get(code="P1")
    said = signed_in(of_one_client).get("/api/v1/alerts").content.decode()
    assert "Mr Hill told Q••• at Harbour Hill" in said

    kept = admin.get(f"/api/v1/people/{person.pk}/kept").json()["tables"]
    assert {"alerts_nocalertevent", "incidents_nocincident", "helpdesk_ticket"} <= kept.keys()
    where, body = f"/api/v1/people/{person.pk}/erase", {"confirm": "P1"}
    assert admin.post(where, body, content_type="application/json").status_code == 200
    assert "snoy" not in told(tenant).casefold()
    assert told(tenant).count(REST) == 3

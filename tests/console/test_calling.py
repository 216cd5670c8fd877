"""Call lists on pages: whom to call next, how calls went, and who may see and write them."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from tests.console.making import make_incident, make_site
from tests.domain.test_contacts import BY, GRACE, TOM, specs
from tests.make import GRACES_NUMBER, NOW, make_tenant, make_user, signed_in
from watchfloor.domain.contacts import services
from watchfloor.domain.contacts.models import Contact
from watchfloor.domain.org.models import Site
from watchfloor.noc.incidents.models import IncidentPlace, NOCIncident, TimelineEntry
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

HOSTILE = '<img src=x onerror="hacked()">'


def write(tenant: Tenant, site: Site, *rows: dict[str, str]) -> list[Contact]:
    with tenant_scope(tenant.id):
        services.replace(site, specs(*rows), by=BY, now=NOW)
        return list(Contact.objects.filter(site=site, is_active=True).order_by("position"))


def say(browser: Browser, incident: NOCIncident, contact: Contact, outcome: str) -> Any:
    body = {"contact_id": str(contact.pk), "outcome": outcome}
    address = f"/api/v1/incidents/{incident.pk}/calls"
    return browser.post(address, body, content_type="application/json")


def called_next(browser: Browser, incident: NOCIncident) -> list[str]:
    page = browser.get(f"/incidents/{incident.pk}/calls").content.decode()
    return re.findall(r'data-name="([^"]+)" data-next', page)


def at_night() -> tuple[Tenant, Site, NOCIncident, list[Contact]]:
    """An incident at a site whose first contact may be called at no hour, and the second at any."""
    tenant = make_tenant()
    site = make_site(tenant, "Harbour")
    contacts = write(tenant, site, {**TOM, "hours": "Mon 02:00-02:01"}, GRACE)
    return tenant, site, make_incident(tenant, site=site), contacts


def test_the_next_to_be_called_is_the_first_at_whose_hours_it_is_and_who_was_not_called() -> None:
    tenant, _, incident, [tom, grace] = at_night()
    user = make_user(tenant)
    browser = signed_in(user)
    with tenant_scope(tenant.id):
        Contact.objects.filter(pk=tom.pk).update(hours="Mon-Sun 00:00-24:00")
    assert called_next(browser, incident) == ["Tom Okafor"]

    assert say(browser, incident, tom, "no_answer").status_code == 204

    assert called_next(browser, incident) == ["Grace Hill"]
    assert (
        "<strong>No answer</strong>"
        in browser.get(f"/incidents/{incident.pk}/calls").content.decode()
    )
    page = browser.get(f"/incidents/{incident.pk}").content.decode()
    assert "Called contact, number 1 on the call list: no answer" in page
    assert say(browser, incident, grace, "reached").status_code == 204
    assert called_next(browser, incident) == []


def test_a_call_is_on_the_timeline_and_in_the_audit_trail_and_neither_names_the_person() -> None:
    tenant, _, incident, [_, grace] = at_night()
    user = make_user(tenant)

    assert say(signed_in(user), incident, grace, "reached").status_code == 204

    with tenant_scope(tenant.id):
        entry = TimelineEntry.objects.get(kind="called")
        told = AuditRow.objects.get(action="incident.called")
    assert entry.text == "Key holder, number 2 on the call list: reached"
    assert (entry.actor_id, told.actor_id) == (str(user.pk), str(user.pk))
    assert told.after == {"contact_id": str(grace.pk), "outcome": "reached"}


def test_a_call_is_recorded_by_who_may_act_on_an_incident_of_theirs() -> None:
    tenant, harbour, incident, [_, grace] = at_night()
    airport = make_site(tenant, "Airport")
    [stranger] = write(tenant, airport, GRACE)
    bound = make_user(tenant)
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=bound).update(site_id=airport.pk)
        gone = Contact.objects.create(
            site=harbour, position=9, name="Gone", phone="1", is_active=False, created_at=NOW
        )
    operator = signed_in(make_user(tenant))

    assert say(operator, incident, stranger, "reached").status_code == 422
    assert say(operator, incident, gone, "reached").status_code == 422
    assert say(operator, incident, grace, "maybe").status_code == 422
    assert say(signed_in(bound), incident, grace, "reached").status_code == 404
    assert (
        say(signed_in(make_user(tenant, "viewer")), incident, grace, "reached").status_code == 403
    )
    other = signed_in(make_user(make_tenant()))
    assert say(other, incident, grace, "reached").status_code == 404
    assert say(Browser(), incident, grace, "reached").status_code == 401
    forged = signed_in(make_user(tenant), enforce_csrf_checks=True)
    assert say(forged, incident, grace, "reached").status_code == 403


def test_of_an_incident_at_two_sites_one_sees_the_call_list_of_the_own_site() -> None:
    tenant, harbour, incident, _ = at_night()
    airport = make_site(tenant, "Airport")
    write(tenant, airport, {"name": "Ann Lee", "phone": "112"})
    with tenant_scope(tenant.id):
        IncidentPlace.objects.create(incident=incident, site=airport, client_id=airport.client_id)
    bound = make_user(tenant)
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=bound).update(site_id=harbour.pk)

    path = f"/incidents/{incident.pk}/calls"
    everywhere = signed_in(make_user(tenant)).get(path).content.decode()
    within = signed_in(bound).get(path).content.decode()
    with tenant_scope(tenant.id):
        elsewhere = make_incident(tenant, site=airport)
    assert signed_in(bound).get(f"/incidents/{elsewhere.pk}/calls").status_code == 404

    assert "Ann Lee" in everywhere
    assert "<h3>Airport</h3>" in everywhere
    assert "Grace Hill" in within
    assert "Ann Lee" not in within


@pytest.mark.parametrize("where", ["site", "incident"])
def test_who_may_not_see_persons_sees_masks_and_cannot_dial(where: str) -> None:
    tenant, site, incident, _ = at_night()
    path = f"/sites/{site.pk}" if where == "site" else f"/incidents/{incident.pk}/calls"

    masked = signed_in(make_user(tenant, "viewer")).get(path).content.decode()
    seen = signed_in(make_user(tenant)).get(path).content.decode()

    assert 'href="tel:+442079460001"' in seen
    assert "Grace Hill" in seen
    assert "G••• H•••" in masked
    assert not any(told in masked for told in ("Grace", *GRACES_NUMBER, "tel:", "data-copy"))


def test_only_who_manages_the_organisation_finds_the_list_to_be_changed() -> None:
    tenant, site, _, _ = at_night()

    admin = signed_in(make_user(tenant, "admin")).get(f"/sites/{site.pk}").content.decode()
    operator = signed_in(make_user(tenant)).get(f"/sites/{site.pk}").content.decode()

    assert "Grace Hill | +44 20 7946 0001 | Key holder | " in admin
    assert "call-list-dialog" not in operator


def test_the_file_of_call_lists_is_what_the_import_takes() -> None:
    tenant, site, _, _ = at_night()
    supervisor = signed_in(make_user(tenant, "supervisor"))

    file = supervisor.get("/call-lists.csv").getvalue().decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(file)))
    assert [row["phone"] for row in rows] == ["'+44 20 7946 0002", "'+44 20 7946 0001"]
    with tenant_scope(tenant.id):
        report = services.import_call_lists(rows, by=BY, now=NOW)
        assert (report.unchanged, report.errors) == (2, [])
        assert AuditRow.objects.get(action="list.exported").object_kind == "contact"
    auditor = signed_in(make_user(tenant, "auditor")).get("/call-lists.csv").getvalue().decode()
    assert site.code not in auditor
    assert signed_in(make_user(tenant)).get("/call-lists.csv").status_code == 403


def test_what_people_wrote_stays_text() -> None:
    tenant = make_tenant()
    site = make_site(tenant)
    write(tenant, site, {"name": HOSTILE, "phone": "112<b>", "role": HOSTILE})
    incident = make_incident(tenant, site=site)
    browser = signed_in(make_user(tenant, "admin"))

    for path in (f"/sites/{site.pk}", f"/incidents/{incident.pk}/calls"):
        page = browser.get(path).content.decode()
        assert "hacked" in page
        assert "<img src=x" not in page
        assert "112<b>" not in page


def test_the_queries_do_not_grow_with_the_call_list() -> None:
    tenant = make_tenant()
    site = make_site(tenant)
    incident = make_incident(tenant, site=site)
    browser = signed_in(make_user(tenant))

    def queries(path: str, count: int) -> int:
        rows = [{"name": f"Contact {n}", "phone": f"{n}"} for n in range(count)]
        for contact in write(tenant, site, *rows):
            assert say(browser, incident, contact, "no_answer").status_code == 204
        with CaptureQueriesContext(connection) as counted:
            assert browser.get(path).status_code == 200
        return len(counted)

    for path in (f"/sites/{site.pk}", f"/incidents/{incident.pk}/calls"):
        few = queries(path, 1)
        assert queries(path, 9) == few <= 15

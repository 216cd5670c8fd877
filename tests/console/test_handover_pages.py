"""The handover of a shift on its pages: to whom it shows, and as what."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_incident, make_site
from tests.make import NOW, make_tenant, make_user, signed_in
from tests.noc.orders.making import LOOK, make_order
from watchfloor.domain.contacts.models import Contact
from watchfloor.domain.org.models import Site
from watchfloor.noc.handover import services
from watchfloor.noc.incidents import calls
from watchfloor.noc.incidents import services as incidents
from watchfloor.noc.orders import steps
from watchfloor.platform.accounts.models import RoleGrant, User
from watchfloor.platform.accounts.scope import EVERYTHING, Scope
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

HOSTILE = '<img src=x onerror="hacked()">'
HOUR = timedelta(hours=1)


def since() -> dict[str, str]:
    return {"since": (timezone.now() - 8 * HOUR).isoformat()}


def written(user: User, scope: Scope = EVERYTHING, note: str = "") -> UUID:
    now = timezone.now()
    with tenant_scope(user.tenant_id):
        return services.write(user, scope, since=now - 8 * HOUR, note=note, now=now).pk


def text(browser: Browser, path: str, **asked: str) -> str:
    answer = browser.get(path, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def busy(tenant: Tenant, user: User, number: int) -> list[Site]:
    """Leave an incident of each kind that a handover tells of, so many times."""
    by, now = Actor("user", str(user.pk)), timezone.now() - HOUR
    sites = []
    for _ in range(number):
        site = make_site(tenant)
        incident = make_incident(tenant, HOSTILE, site=site, opened_at=now, is_life_safety=True)
        with tenant_scope(tenant.id):
            contact = Contact.objects.create(
                site=site, position=1, name="Paula Keys", phone="1", created_at=NOW
            )
            order = make_order(tenant, LOOK, site=site.code)
            incidents.hand_over(incident.pk, HOSTILE, by=by, now=now)
            reached = calls.Outcome.REACHED
            calls.record(incident, contact.pk, reached, within=EVERYTHING, by=by, now=now)
            steps.skip(incident.pk, 1, HOSTILE, version=order.pk, by=by, now=now)
        sites.append(site)
    return sites


def test_the_draft_tells_all_as_text_at_a_cost_that_does_not_grow(tenant: Tenant) -> None:
    anna = make_user(tenant, "supervisor")
    browser = signed_in(anna)

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            text(browser, path, **since())
        return len(asked)

    busy(tenant, anna, 1)
    kept = f"/handover/{written(anna, note=HOSTILE)}"
    few = {path: queries(path) for path in ("/handover/draft", "/handover", kept)}
    busy(tenant, anna, 4)
    written(anna)

    assert {path: queries(path) for path in few} == few
    assert max(few.values()) <= 15
    for path in few:
        told = text(browser, path, **since())
        assert "<img" not in told
    assert "hacked" in text(browser, kept)
    assert "Paula Keys" in text(browser, kept)


def test_the_name_behind_a_call_is_for_who_may_see_persons(tenant: Tenant) -> None:
    anna = make_user(tenant)
    busy(tenant, anna, 1)
    path = f"/handover/{written(anna)}"

    assert "Paula Keys" in text(signed_in(anna), path)
    auditor = signed_in(make_user(tenant, "auditor"))
    assert "Paula Keys" not in text(auditor, path)
    assert "Paula Keys" not in auditor.get(f"{path}.csv").getvalue().decode()
    with tenant_scope(tenant.id):
        [taken] = AuditRow.objects.filter(action="list.exported", object_kind="handover")
    assert taken.after is not None
    assert taken.after["names"] is False


def test_a_beginning_that_cannot_be_names_the_cure(tenant: Tenant) -> None:
    browser = signed_in(make_user(tenant))

    assert "within the last 72 hours" in text(browser, "/handover/draft", since="2020-01-01T00:00Z")
    assert "a time with its zone" in text(browser, "/handover/draft", since="now")


def test_a_file_of_it_runs_nothing_in_a_spreadsheet(tenant: Tenant) -> None:
    chief = make_user(tenant, "supervisor")
    make_incident(tenant, "=1+1", severity=4)

    answer = signed_in(chief).get(f"/handover/{written(chief)}.csv")

    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [(row["section"], row["severity"], row["what"]) for row in rows] == [
        ("open", "High", "'=1+1")
    ]


def test_who_only_looks_reads_it_and_neither_writes_nor_takes_over(tenant: Tenant) -> None:
    row = written(make_user(tenant))
    viewer = signed_in(make_user(tenant, "viewer"))

    assert 'id="handing"' not in text(viewer, "/handover")
    assert "data-take-over" not in text(viewer, f"/handover/{row}")
    assert viewer.get("/handover/draft", since()).status_code == 403
    assert viewer.get(f"/handover/{row}.csv").status_code == 403
    refused = [
        viewer.post("/api/v1/handovers", since(), content_type="application/json"),
        viewer.post(f"/api/v1/handovers/{row}/acknowledge"),
    ]
    assert {answer.status_code for answer in refused} == {403}


def test_it_is_nothing_to_strangers_and_to_who_sees_less(tenant: Tenant) -> None:
    anna, bob = make_user(tenant), make_user(tenant)
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=bob).update(site_id=make_site(tenant).pk)
    row = written(anna, note="Vault")

    for other in (signed_in(bob), signed_in(make_user(make_tenant(), "admin"))):
        assert "Vault" not in text(other, "/handover")
        assert other.get(f"/handover/{row}").status_code == 404
        assert other.get(f"/handover/{row}.csv").status_code in {403, 404}
        assert other.get(f"/api/v1/handovers/{row}").status_code == 404
        assert other.post(f"/api/v1/handovers/{row}/acknowledge").status_code == 404
    assert Browser().get(f"/handover/{row}").status_code == 302


def test_by_api_it_is_written_listed_shown_and_taken_over(tenant: Tenant) -> None:
    anna, bob = signed_in(make_user(tenant)), signed_in(make_user(tenant))
    make_incident(tenant, "Door forced")

    body = since() | {"note": " Watch the gate "}
    made = anna.post("/api/v1/handovers", body, content_type="application/json").json()
    path = f"/api/v1/handovers/{made['id']}"
    taken = bob.post(f"{path}/acknowledge").json()

    assert (made["note"], made["acknowledged_at"]) == ("Watch the gate", None)
    assert taken["acknowledged_by"] == "operator"
    assert bob.get("/api/v1/handovers").json()["items"] == [taken]
    shown = bob.get(path).json()
    assert [one["title"] for one in shown["contents"]["work"]] == ["Door forced"]
    assert anna.post(f"{path}/acknowledge").status_code == 409

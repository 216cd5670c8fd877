"""A ticket opened, worked and closed by hand, on its page with its clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connections
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_site
from tests.make import bearer, make_key, make_tenant, make_user, signed_in
from watchfloor.domain.helpdesk.models import Ticket
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.reactive.drain import EventDrain

HOSTILE = '<img src=x onerror="hacked()">'


def page(browser: Browser, path: str) -> str:
    with CaptureQueriesContext(connections["default"]) as queries:
        answer = browser.get(path)
    assert (answer.status_code, len(queries) <= 14) == (200, True)
    return answer.getvalue().decode()


def post(key: str, path: str, **said: Any) -> Any:
    return Browser().post(
        f"/api/v1/tickets/{path}", said, content_type="application/json", headers=bearer(key)
    )


def worked(tenant: Tenant) -> Ticket:
    """Let what waits be worked; return the only ticket."""
    EventDrain()._work(tenant.id, timezone.now())
    with tenant_scope(tenant.id):
        return Ticket.objects.select_related("site").get()


def test_a_ticket_is_opened_acted_on_and_shown_with_its_clock(tenant: Tenant) -> None:
    site, key = make_site(tenant, "Harbour"), make_key(tenant, "operate")
    anna, victor = signed_in(make_user(tenant)), signed_in(make_user(tenant, "viewer"))
    charlie, theirs = make_tenant(), "/tickets/{}"

    assert post(key, "open", site="nowhere", title="x").json()["fields"]["site"]
    told = post(key, "open", site=site.code, title=HOSTILE, category="doors", priority="P1")
    assert told.status_code == 202
    ticket = worked(tenant)
    assert (ticket.code, ticket.state, ticket.site) == (told.json()["ticket"], "NEW", site)
    assert ticket.due_at == ticket.opened_at + timedelta(hours=4)
    theirs = theirs.format(ticket.pk)

    shown = page(anna, theirs)
    assert HOSTILE not in shown
    assert "0 min of 4 h 0 min" in shown
    assert f"{ticket.due_at:%H:%M} in UTC" in shown
    assert 'value="hold"' in shown
    assert 'value="reopen"' not in shown
    assert theirs in page(anna, "/operation/tickets?priority=P1")
    assert 'href="/tickets/new"' in page(anna, "/operation/tickets")
    assert site.code in page(anna, "/tickets/new")
    assert 'id="acting"' not in page(victor, theirs)
    assert "/tickets/new" not in page(victor, "/operation/tickets")
    assert signed_in(make_user(charlie, "admin")).get(theirs).status_code == 404
    assert post(make_key(charlie, "admin"), f"{ticket.pk}/hold").status_code == 404
    assert post(make_key(tenant, "read"), f"{ticket.pk}/hold").status_code == 403

    assert post(key, f"{ticket.pk}/assign", assignee="").status_code == 422
    assert post(key, f"{ticket.pk}/assign", assignee="ben", state="NEW").status_code == 202
    assert worked(tenant).assignee == "ben"
    assert post(key, f"{ticket.pk}/hold", state="NEW").status_code == 409, "it is assigned by now"
    assert post(key, f"{ticket.pk}/hold").json()["state"] == "ON_HOLD"
    assert worked(tenant).due_at is None
    assert "On hold since" in page(anna, theirs)
    told = Browser().get(f"/api/v1/tickets/{ticket.pk}/clock", headers=bearer(key)).json()
    assert (told["target_minutes"], told["due_at"], told["levels"][0]["at"]) == (240, None, None)
    assert told["held_since"]

    assert post(key, f"{ticket.pk}/resolve").status_code == 202
    assert worked(tenant).ended_at
    assert post(key, f"{ticket.pk}/hold").status_code == 409
    assert post(key, f"{ticket.pk}/reopen").json()["state"] == "IN_PROGRESS"
    assert worked(tenant).ended_at is None
    with tenant_scope(tenant.id):
        acts = AuditRow.objects.filter(object_kind="ticket").order_by("at", "id")
        assert list(acts.values_list("action", flat=True)) == [
            "ticket.opened", "ticket.assign", "ticket.hold", "ticket.resolve", "ticket.reopen"
        ]  # fmt: skip

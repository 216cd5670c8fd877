"""Findings on their pages: what shows them, what to do, and for whom there are buttons."""

from __future__ import annotations

from django.db import connections
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_site
from tests.make import make_tenant, make_user, signed_in
from watchfloor.aiops.findings.draft import Category, FindingDraft
from watchfloor.aiops.types import Severity
from watchfloor.noc.findings import services
from watchfloor.noc.findings.states import Action
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

HOSTILE = '<img src=x onerror="hacked()">'


def text(browser: Browser, path: str) -> str:
    with CaptureQueriesContext(connections["default"]) as queries:
        answer = browser.get(path)
    assert (answer.status_code, len(queries) <= 14) == (200, True)
    return answer.getvalue().decode()


def test_a_finding_shows_its_evidence_its_steps_and_the_acts_that_are_open(tenant: Tenant) -> None:
    site = make_site(tenant, "Harbour")
    evidence = {"since": 1_767_592_800.0, "by_person": {"P1": 0}, "title": HOSTILE, "late": []}
    draft = FindingDraft(
        "CORRELATION_SILENT_SITE", Category.OPERATIONAL, Severity.CRITICAL, site.code,
        f"Silent {HOSTILE}", evidence=evidence,
    )  # fmt: skip
    with tenant_scope(tenant.id):
        found = services.create_finding(draft, now=timezone.now())
    path = f"/findings/{found.pk}"
    anna, victor = signed_in(make_user(tenant)), signed_in(make_user(tenant, "viewer"))
    charlie = signed_in(make_user(make_tenant(), "admin"))

    listed, page = text(anna, "/findings?category=OPERATIONAL&q=silent"), text(anna, path)
    assert path in listed
    assert HOSTILE not in listed + page
    assert "Call every person on post" in page
    assert "After 5 minutes the ops manager has to know." in page
    assert "P1 0" in page
    assert "Late" not in page, "nothing was"
    assert 'value="acknowledge"' in page
    assert 'value="reopen"' not in page
    assert 'id="acting"' not in text(victor, path)
    assert charlie.get(path).status_code == 404
    assert "Nothing is open." in text(charlie, "/findings")

    with tenant_scope(tenant.id):
        act, now = services.act, timezone.now()
        act(found.pk, Action.SUPPRESS, by=SYSTEM, now=now, note="Rebuilt until May")
    assert "Rebuilt until May" in text(anna, path)
    assert path not in text(anna, "/findings")
    assert path in text(anna, "/findings?status=SUPPRESSED")

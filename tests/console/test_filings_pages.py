"""A report that a site owes, handed in by hand: what its pages show, and to whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connections
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.console.making import make_site
from tests.make import bearer, make_key, make_tenant, make_user, signed_in
from watchfloor.aiops.inspection.cadences import Cadence
from watchfloor.domain.filings.models import Filing, RequiredReport
from watchfloor.domain.org.models import Site
from watchfloor.noc.findings.models import AuditFinding, FindingStatus
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.inspection.services import RealTimeAuditOrchestrator
from watchfloor.sensing.reactive.drain import EventDrain

DAY, QUARTER = timedelta(days=1), timedelta(minutes=15)
LINK, HOSTILE = "https://files.example.com/log/7", '<img src=x onerror="hacked()">'
LOG = "log & book"


def text(browser: Browser, path: str) -> str:
    with CaptureQueriesContext(connections["default"]) as queries:
        answer = browser.get(path)
    assert (answer.status_code, len(queries) <= 16) == (200, True), path
    return unescape(answer.getvalue().decode())


def hand_in(sender: Browser | str, site: Site, **said: Any) -> Any:
    browser, headers = (Browser(), bearer(sender)) if isinstance(sender, str) else (sender, {})
    body = {"site": site.code, "report": LOG, **said}
    path = "/api/v1/filings/hand-in"
    return browser.post(path, body, content_type="application/json", headers=headers)


def owing(tenant: Tenant, name: str, now: datetime) -> Site:
    """Return a site where it is about noon, and that is to write a log of each day."""
    ahead = 12 - now.hour
    with tenant_scope(tenant.id):
        site = make_site(tenant, name)
        site.time_zone = f"Etc/GMT{-ahead:+}"
        site.save()
        RequiredReport.objects.create(site=site, report=LOG, created_at=now - 7 * DAY)
    return site


def operator_at(tenant: Tenant, site: Site) -> Browser:
    user = make_user(tenant)
    with tenant_scope(tenant.id):
        RoleGrant.objects.filter(user=user).update(site_id=site.pk)
    return signed_in(user)


def look(tenant: Tenant, at: datetime) -> dict[Any, AuditFinding]:
    """Let what waits be worked and inspect all sites; return the open findings by site."""
    EventDrain()._work(tenant.id, timezone.now())
    with tenant_scope(tenant.id):
        assert RealTimeAuditOrchestrator(at).inspect(Cadence.COMPREHENSIVE, at)
        found = AuditFinding.objects.filter(status=FindingStatus.NEW)
        return {one.site_id: one for one in found}


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant()


def test_a_missing_report_is_handed_in_by_hand_and_its_finding_ends_with_the_next_look(
    tenant: Tenant,
) -> None:
    now = timezone.now()
    harbour, airport = owing(tenant, "Harbour", now), owing(tenant, "Airport", now)
    soon = datetime.fromtimestamp((now.timestamp() // 900 + 1) * 900, now.tzinfo)
    anna, victor = signed_in(make_user(tenant)), signed_in(make_user(tenant, "viewer"))
    findings = look(tenant, soon)
    assert set(findings) == {harbour.pk, airport.pk}
    finding = findings[harbour.pk]
    day, about = finding.evidence["first"], f"/findings/{finding.pk}"

    form = f"/filings/new?site={harbour.code}&report=log+%26+book"
    assert f'href="{form}&day={day}"' in text(anna, about)
    assert "/filings/new" not in text(victor, about)
    shown = text(anna, form)
    assert f'<option value="{day}" selected>' in shown
    assert shown.count(": missing<") == 7, "of what is required since a week"
    assert "The next inspection, of one every 15 minutes, ends" in shown
    assert f'data-then="{about}"' in shown
    assert f"{form}&day={day}" in text(anna, "/filings/new")
    with tenant_scope(tenant.id):
        row = RequiredReport.objects.get(site=harbour)
    assert f'href="{form}"' in text(anna, f"/operation/required-reports/{row.pk}")
    assert 'href="/filings/new"' in text(anna, "/operation/required-reports")
    narrowed = text(anna, f"/operation/required-reports?site={airport.code}")
    assert f'href="/filings/new?site={airport.code}"' in narrowed
    assert harbour.code not in text(anna, f"/filings/new?site={airport.code}")
    for path in ("", f"/{row.pk}"):
        assert "/filings/new" not in text(victor, f"/operation/required-reports{path}")

    told = {"day": day, "text": HOSTILE, "link": LINK}
    answer = hand_in(anna, harbour, **told)
    assert answer.status_code == 202
    assert set(look(tenant, soon + QUARTER)) == {airport.pk}
    with tenant_scope(tenant.id):
        filing = Filing.objects.get()
        audited = AuditRow.objects.get(object_kind="filing")
    assert (str(filing.pk), str(filing.day)) == (answer.json()["filing"], day)
    assert (filing.site_id, filing.told_by, filing.link) == (harbour.pk, "operator", LINK)
    said = {"site": harbour.code, "report": LOG, "day": day}
    assert (audited.action, audited.after) == ("report.filed", said)
    kept = anna.get(f"/operation/filings/{filing.pk}").getvalue().decode()
    assert HOSTILE not in kept
    assert f'<a href="{LINK}">' in kept
    assert f'<option value="{day}">' in (shown := text(anna, form))
    assert ": handed in " in shown
    assert f"{form}&day" not in text(anna, "/filings/new")


def test_a_finding_says_that_its_report_was_handed_in_and_who_may_not_does_not_hand_in(
    tenant: Tenant,
) -> None:
    now = timezone.now()
    harbour, airport = owing(tenant, "Harbour", now), owing(tenant, "Airport", now)
    soon = datetime.fromtimestamp((now.timestamp() // 900 + 1) * 900, now.tzinfo)
    finding = look(tenant, soon)[harbour.pk]
    day, key = finding.evidence["first"], make_key(tenant, "operate")
    user, victor = make_user(tenant), signed_in(make_user(tenant, "viewer"))
    olga, stranger = operator_at(tenant, airport), make_key(make_tenant(), "admin")

    assert victor.get("/filings/new").status_code == 403
    assert hand_in(victor, harbour, day=day).status_code == 403
    assert hand_in(Browser(), harbour, day=day).status_code == 401
    by_link = signed_in(user, enforce_csrf_checks=True)
    assert hand_in(by_link, harbour, day=day).status_code == 403
    owed = text(olga, "/filings/new")
    assert (airport.code in owed, harbour.code in owed) == (True, False)
    assert olga.get(f"/filings/new?site={harbour.code}&report={LOG}").status_code == 404
    for sender in (olga, stranger):
        assert hand_in(sender, harbour, day=day).json()["fields"]["report"]
    tomorrow = (now + 2 * DAY).date().isoformat()
    for name, wrong in (
        ("day", {"day": tomorrow}),
        ("day", {"day": day, "at": (now - 3 * DAY).isoformat()}),
        ("at", {"day": day, "at": (now + DAY).isoformat()}),
        ("link", {"day": day, "link": "javascript:hacked()"}),
        ("report", {"day": day, "report": "essay"}),
    ):
        answer = hand_in(key, harbour, **wrong)
        assert (answer.status_code, list(answer.json()["fields"])) == (422, [name])
    EventDrain()._work(tenant.id, now)
    with tenant_scope(tenant.id):
        assert not Filing.objects.exists()

    assert hand_in(key, harbour, day=day, person="G7").status_code == 202
    EventDrain()._work(tenant.id, now)
    with tenant_scope(tenant.id):
        assert list(Filing.objects.values_list("person_code", "told_by")) == [("G7", "")]
    page = text(signed_in(user), f"/findings/{finding.pk}")
    assert "The next inspection, of one every 15 minutes, ends" in page
    assert "Hand in again" in page
    [filed] = victor.get("/api/v1/filings").json()["items"]
    assert filed["person_code"] is None, "a name that nobody confirmed"

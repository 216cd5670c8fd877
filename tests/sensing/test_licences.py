"""Licences that end are findings, once each, until they are renewed."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.make import make_tenant
from tests.sensing.operation import START, at, work
from watchfloor.aiops.inspection.cadences import Cadence
from watchfloor.aiops.types import Severity
from watchfloor.domain.org.models import Client, Site
from watchfloor.domain.people.models import Employment, EmploymentStatus, Licence, Person
from watchfloor.domain.posts.models import Post
from watchfloor.domain.shifts.models import Assignment, Shift
from watchfloor.noc.alerts.models import NOCAlertEvent, SignalState
from watchfloor.noc.findings.models import AuditFinding, FindingStatus
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.sensing.inspection.services import RealTimeAuditOrchestrator
from watchfloor.sensing.thresholds.models import Threshold

TODAY = START.date()
DAY = timedelta(days=1)
EXPIRING, EXPIRED = "LICENCE_EXPIRING", "LICENCE_EXPIRED"
LOW, MEDIUM, HIGH = (int(one) for one in (Severity.LOW, Severity.MEDIUM, Severity.HIGH))


def make_place(code: str) -> Site:
    """Return a site with a gate that needs whoever stands there to be armed."""
    client = Client.objects.create(code=f"client-of-{code}", name=code, created_at=START)
    site = Site.objects.create(code=code, name=code, client=client, created_at=START)
    Post.objects.create(code=f"gate-{code}", site=site, skills=["armed"], created_at=START)
    return site


def licensed(code: str, home: Site, last: date, *, first: date = date(2024, 1, 1)) -> Person:
    person, _ = Person.objects.get_or_create(
        code=code, defaults={"name": code, "home_site": home, "created_at": START}
    )
    Licence.objects.create(
        person=person, skill="armed", issued_on=first, valid_until=last, created_at=START
    )
    return person


def rostered(person: Person, site: Site, day: date, *, post: str = "") -> Assignment:
    """Have somebody stand from six to midnight on a post, at the gate where nobody says another."""
    starts = START + (day - TODAY)
    shift = Shift.objects.create(
        code=f"{site.code}-{day:%d}-{person.code}{post}", site=site,
        post=post or f"gate-{site.code}", required=1, published_at=START,
        starts_at=starts, ends_at=starts + timedelta(hours=18),
    )  # fmt: skip
    return Assignment.objects.create(
        shift=shift, person=person, person_code=person.code, starts_at=starts
    )


def look(hour: int) -> set[tuple[str, str, str, int]]:
    """Inspect, and return what is found by then: where, what, about whom, how grave."""
    now = at(60 * hour + 1)
    RealTimeAuditOrchestrator(now).inspect(Cadence.DEEP, at(60 * hour))
    rows = AuditFinding.objects.filter(status=FindingStatus.NEW, category="COMPLIANCE")
    return set(rows.values_list("site__code", "finding_type", "entity_id", "severity"))


def test_a_licence_that_ends_is_found_until_it_is_renewed_and_graver_where_a_shift_needs_it() -> (
    None
):
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        home, away = make_place("home"), make_place("away")
        first = licensed("P1", home, TODAY + 9 * DAY)
        licensed("P2", away, TODAY + 31 * DAY)
        for person in (licensed("P3", home, TODAY + DAY), licensed("P4", home, TODAY - DAY)):
            Employment.objects.create(person=person, status=EmploymentStatus.LEFT, created_at=START)
        rostered(first, away, TODAY + 9 * DAY)
        rostered(first, away, TODAY + 10 * DAY, post="desk")

        assert look(1) == {("home", EXPIRING, "P1/armed", LOW)}
        Threshold.objects.create(
            limit="licence_warning_days", site=away, value=31, created_at=START
        )
        rostered(first, away, TODAY + 10 * DAY)
        ending = {
            ("home", EXPIRING, "P1/armed", LOW), ("away", EXPIRING, "P1/armed", MEDIUM),
            ("away", EXPIRING, "P2/armed", LOW),
        }  # fmt: skip
        assert look(2) == look(3) == ending
        row = AuditFinding.objects.get(site=home, finding_type=EXPIRING)
        assert (row.found_count, row.runbook) == (3, EXPIRING)
        work(tenant, minute=190)
        [alert] = NOCAlertEvent.objects.all()
        assert (alert.entity_id, alert.severity) == ("P1/armed", MEDIUM)

        renewal = licensed("P1", home, TODAY + 900 * DAY, first=TODAY + 11 * DAY)
        assert look(4) == ending, "a day is between"
        Licence.objects.filter(person=renewal, issued_on=TODAY + 11 * DAY).update(
            issued_on=TODAY + 10 * DAY
        )
        assert look(5) == {("away", EXPIRING, "P2/armed", LOW)}
        work(tenant, minute=310)
        alert.refresh_from_db()
        assert alert.signal == SignalState.RESOLVED


def test_an_ended_licence_is_grave_while_its_holder_stands_on_a_post_that_needs_it() -> None:
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        home, away = make_place("home"), make_place("away")
        person = licensed("P1", home, TODAY - DAY)
        ended, grave = ("home", EXPIRED, "P1/armed", LOW), ("away", EXPIRED, "P1/armed", HIGH)
        with CaptureQueriesContext(connection) as few:
            assert look(1) == {ended}
        on = rostered(person, away, TODAY)
        assert look(2) == {ended, grave}
        shown = AuditFinding.objects.get(site=away, finding_type=EXPIRED)
        assert shown.title == "Licence armed of P1 ended on 2026-03-01; shift away-02-P1 needs it"
        assert (shown.evidence["valid_until"], shown.evidence["days_left"]) == ("2026-03-01", -1)

        for number in range(2, 8):
            rostered(licensed(f"P{number}", home, TODAY - DAY), away, TODAY)
        with CaptureQueriesContext(connection) as many:
            assert len(look(3)) == 14
        assert len(many) <= len(few) + 3, "as many for all who are rostered"
        Assignment.objects.filter(pk=on.pk).update(on_leave_since=at(0))
        assert not look(4) & {grave}
        Assignment.objects.filter(pk=on.pk).update(on_leave_since=None)
        assert look(17) >= {grave}
        assert not look(18) & {grave}, "the shift is over"

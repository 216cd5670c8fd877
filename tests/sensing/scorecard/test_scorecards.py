"""A site's card is counted once, on its own morning, from what was recorded of its day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.console.making import make_alert, make_incident, make_site
from tests.make import make_tenant, make_user, signed_in
from watchfloor.aiops.alerts.clock import StreamClock
from watchfloor.aiops.types import Severity
from watchfloor.domain.activity.models import SignCount
from watchfloor.domain.filings.models import Filing, RequiredReport
from watchfloor.domain.helpdesk.models import Ticket
from watchfloor.domain.org.models import Site
from watchfloor.domain.people.models import Employment, Licence, Person
from watchfloor.domain.posts.models import Post
from watchfloor.domain.shifts.models import Assignment, Shift
from watchfloor.domain.tours.models import Tour
from watchfloor.noc.findings.models import AuditFinding
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.reactive import store
from watchfloor.sensing.scorecard import selectors, services
from watchfloor.sensing.scorecard.models import NonNegotiablesScorecard

DAY = date(2026, 3, 2)
MORNING = datetime(2026, 3, 2, 6, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
YESTERDAY = date(2026, 3, 1)
NIGHT_BEFORE = MORNING - 34 * HOUR
NEXT_MORNING = MORNING + 24 * HOUR


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant()


def worked(
    site: Site, code: str, *came: datetime | None, required: int = 2, post: str = ""
) -> None:
    """Record a shift of the morning, and when each of its people came."""
    shift = Shift.objects.create(
        code=code, site=site, starts_at=MORNING, ends_at=MORNING + 8 * HOUR, post=post,
        required=required, published_at=MORNING - HOUR,
    )  # fmt: skip
    for number, at in enumerate(came):
        Assignment.objects.create(
            shift=shift, person_code=f"{code}-p{number}", starts_at=MORNING,
            checked_in_at=at, checked_out_at=at and MORNING + 8 * HOUR,
        )  # fmt: skip


def a_full_day(tenant: Tenant) -> Site:
    site = make_site(tenant, "Harbour")
    with tenant_scope(tenant.id):
        worked(site, "s1", MORNING, MORNING + 20 * MINUTE)
        Tour.objects.create(
            code="t1", site=site, ends_at=MORNING + HOUR, is_mandatory=True, heard_at=MORNING,
            checkpoints=["a", "b"], scanned=["a", "b"], finished_at=MORNING,
        )  # fmt: skip
        Ticket.objects.create(
            code="k1", site=site, priority="P1", state="CLOSED", opened_at=MORNING - 80 * HOUR,
            changed_at=MORNING, ended_at=MORNING,
        )  # fmt: skip
        Ticket.objects.create(
            code="k2", site=site, priority="P1", state="NEW", opened_at=MORNING - 71 * HOUR,
            changed_at=MORNING,
        )  # fmt: skip
    make_alert(tenant, alert_type="OVERTIME_VIOLATION", entity_type="person", entity_id="s1-p0",
               site=site, at=MORNING + HOUR)  # fmt: skip
    make_incident(tenant, site=site, severity=Severity.CRITICAL, opened_at=MORNING,
                  acknowledged_at=MORNING + 20 * MINUTE)  # fmt: skip
    make_incident(tenant, site=site, severity=Severity.CRITICAL, opened_at=MORNING,
                  acknowledged_at=MORNING + MINUTE, is_life_safety=True)  # fmt: skip
    return site


def counts(card: NonNegotiablesScorecard) -> dict[str, tuple[int, int]]:
    return {code: (one.good, one.of) for code, one in selectors.pillars_of(card).items()}


def test_the_card_counts_all_seven_and_shows_who_may_see_it_what_was_missed(
    tenant: Tenant,
) -> None:
    site = a_full_day(tenant)
    with tenant_scope(tenant.id), CaptureQueriesContext(connection) as queries:
        services.count_due(NEXT_MORNING)
        card = NonNegotiablesScorecard.objects.get(site=site, day=DAY)

    assert counts(card) == {
        "right_guard": (1, 2), "supervision": (1, 1), "control_desk": (0, 1), "legal": (1, 2),
        "field_support": (0, 1), "records": (2, 2), "emergencies": (1, 1),
    }  # fmt: skip
    assert (card.status, card.score) == ("RED", pytest.approx(100 * (0.5 + 1 + 0.5 + 1 + 1) / 7))
    assert len(queries) < 7 * 10, "seven days of any number of sites"
    viewer = signed_in(make_user(tenant, "viewer"))
    grid = viewer.get("/scorecard?day=2026-03-02").getvalue().decode()
    page = viewer.get(f"/scorecard/{card.pk}").getvalue().decode()
    assert f"/scorecard/{card.pk}#control_desk" in grid
    reds, greens = (
        viewer.get(f"/scorecard?site={site.code}&status={status}").getvalue().decode()
        for status in ("RED", "GREEN")
    )
    assert f"/scorecard/{card.pk}#legal" in reds
    assert "No card of this day passes these filters." in greens
    assert "Overtime violation" in page
    assert "acknowledged after 20 min" in page
    assert '/operation/tickets?q=k2">Ticket k2</a>: not closed in 72 hours' in page
    [told] = viewer.get(f"/api/v1/scorecards?day=2026-03-02&site={site.code}").json()["items"]
    assert told["pillars"]["legal"]["missed"] == [
        {"kind": "person", "ref": "s1-p0", "said": "OVERTIME_VIOLATION"}
    ]
    stranger = signed_in(make_user(make_tenant(), "admin"))
    assert stranger.get(f"/scorecard/{card.pk}").status_code == 404
    assert stranger.get(f"/api/v1/scorecards/{card.pk}").status_code == 404
    assert stranger.get("/api/v1/scorecards").json()["items"] == []


def test_cards_are_counted_once_at_six_by_the_sites_clock_and_made_up_for(tenant: Tenant) -> None:
    london, tokyo = make_site(tenant, "London"), make_site(tenant, "Tokyo")
    with tenant_scope(tenant.id):
        Site.objects.filter(pk=tokyo.pk).update(time_zone="Asia/Tokyo")
        services.count_due(MORNING)
        assert services.count_due(MORNING + HOUR) == 0
        assert services.count_due(MORNING + 15 * HOUR) == 1, "it is six in Tokyo"
        newest = NonNegotiablesScorecard.objects.order_by("-day").first()
        assert newest is not None
        assert (newest.site_id, newest.day) == (tokyo.pk, DAY)
        assert (newest.score, newest.status) == (None, ""), "nobody told anything of it"
        assert services.count_due(MORNING + 3 * 24 * HOUR) == 3 + 2, "after an outage of days"
        assert NonNegotiablesScorecard.objects.filter(site=london).count() == 7 + 3


def test_a_card_is_counted_anew_once_history_of_its_day_was_brought_in(tenant: Tenant) -> None:
    site = make_site(tenant, "Harbour")
    with tenant_scope(tenant.id):
        services.count_due(NEXT_MORNING)
        before = NonNegotiablesScorecard.objects.get(day=DAY)
        assert before.status == ""
        worked(site, "s1", MORNING, MORNING)
        store.save_clock(StreamClock(), NEXT_MORNING)
        store.bring_in(MORNING.timestamp(), NEXT_MORNING + MINUTE)
        assert services.count_due(NEXT_MORNING + HOUR) == 2, "that day, and the night before it"
        assert services.count_due(NEXT_MORNING + 2 * HOUR) == 0
        after = NonNegotiablesScorecard.objects.get(day=DAY)
        assert (after.pk, after.status) == (before.pk, "GREEN")


def employed(site: Site, code: str, **told: object) -> None:
    person = Person.objects.create(code=code, name=code, home_site=site, created_at=MORNING)
    Employment.objects.create(person=person, created_at=MORNING, **told)


def test_law_supervision_and_records_go_by_registers_signs_findings_and_filings(
    tenant: Tenant,
) -> None:
    site, night = make_site(tenant, "Harbour"), MORNING - 12 * HOUR
    with tenant_scope(tenant.id):
        Post.objects.create(code="gate", site=site, skills=["armed"], created_at=MORNING)
        worked(site, "s1", *[MORNING] * 5, required=5, post="gate")
        for number, told in enumerate(
            ({"skills": ["armed"]}, {}, {"skills": ["armed"], "left_on": YESTERDAY},
             {"skills": ["armed"]})
        ):  # fmt: skip
            employed(site, f"s1-p{number}", **told)
        Person.objects.create(code="s1-p4", name="s1-p4", home_site=site, created_at=MORNING)
        for person, until in (("s1-p0", DAY), ("s1-p3", YESTERDAY), ("s1-p4", YESTERDAY)):
            Licence.objects.create(
                person=Person.objects.get(code=person), skill="armed", created_at=MORNING,
                issued_on=YESTERDAY, valid_until=until,
            )  # fmt: skip
        before = Shift.objects.create(
            code="s0", site=make_site(tenant), starts_at=night, ends_at=MORNING, required=1,
            published_at=night,
        )  # fmt: skip
        Assignment.objects.create(
            shift=before, person_code="s1-p3", starts_at=night, checked_in_at=night,
            checked_out_at=MORNING - HOUR,
        )  # fmt: skip
        for person in ("s1-p0", "s1-p1"):
            SignCount.objects.create(
                begins_at=MORNING, site=site, person_code=person, phone_events=1, last_at=MORNING
            )
        found = {"severity": 4, "entity_type": "site", "runbook": "GENERIC", "title": "Silent"}
        for kind, acknowledged in (("A", MORNING + HOUR), ("B", MORNING + 3 * HOUR)):
            finding = AuditFinding.objects.create(
                site=site, finding_type=kind, category="SAFETY", entity_id=kind, **found,
                first_seen_at=MORNING, last_seen_at=MORNING, acknowledged_at=acknowledged,
            )  # fmt: skip
        for report in ("log", "keys", "visit"):
            RequiredReport.objects.create(site=site, report=report, created_at=NIGHT_BEFORE)
        for report, hours in (("log", -1), ("keys", 1)):
            Filing.objects.create(
                at=MORNING + hours * HOUR, site=site, report=report, day=YESTERDAY
            )
    make_alert(tenant, alert_type="GUARD_INACTIVITY", entity_type="person", entity_id="s1-p1",
               site=site, at=MORNING + HOUR)  # fmt: skip
    with tenant_scope(tenant.id):
        services.count_due(NEXT_MORNING)
        card = NonNegotiablesScorecard.objects.get(site=site, day=DAY)
        pillars = selectors.pillars_of(card)
        by_night = NonNegotiablesScorecard.objects.get(site=before.site_id, day=DAY)

    def said(code: str) -> list[tuple[str, str]]:
        return [(one.ref, one.said) for one in pillars[code].missed]

    assert said("legal") == [
        ("s1-p1", "lacks armed"), ("s1-p2", "left on 2026-03-01"),
        ("s1-p3", "worked 19.0 hours of 24; licence armed ended on 2026-03-01"),
        ("s1-p4", "licence armed ended on 2026-03-01"),
    ]  # fmt: skip
    assert pillars["legal"].untold == [
        "1 are in no register of employments.",
        "1 have no licence on record for a skill of their post: whether it had ended is not known.",
    ]
    assert said("supervision") == [
        ("s1-p1", "gave no sign for too long"), (str(finding.pk), "acknowledged after 180 min"),
    ]  # fmt: skip
    assert counts(card)["supervision"] == (2, 4)
    assert counts(by_night)["records"] == (1, 1), "a night shift counts on the day it ends"
    assert counts(by_night)["right_guard"] == (0, 0), "and on the day it begins"
    assert said("records") == [("keys", "was handed in late"), ("visit", "was not handed in")]
    page = signed_in(make_user(tenant, "viewer")).get(f"/scorecard/{card.pk}").getvalue().decode()
    assert f"/findings/{finding.pk}" in page
    assert "No mandatory tour was planned." in page

"""What a site usually counts is learnt hour by hour, and what departs from it is kept once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from tests.console.making import make_site
from tests.make import make_tenant, make_user, signed_in
from watchfloor.aiops.alerts.clock import StreamClock
from watchfloor.aiops.baselines.judging import Sensitivity
from watchfloor.aiops.baselines.slots import hour_of
from watchfloor.aiops.findings.draft import Category, FindingDraft
from watchfloor.aiops.types import Severity
from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts.models import NOCAlertEvent, SignalState
from watchfloor.noc.findings import recording
from watchfloor.noc.findings import services as findings
from watchfloor.noc.findings.models import AuditFinding
from watchfloor.noc.findings.states import Action
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant
from watchfloor.sensing.baselines import counting, tasks, tuning
from watchfloor.sensing.baselines.going_on import history_of
from watchfloor.sensing.baselines.models import (
    BaselineDeparture,
    BaselineProfile,
    ThresholdAuditLog,
)
from watchfloor.sensing.reactive import store

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SETTLED = timedelta(minutes=20)
WEEKS = 3


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant()


def ring(tenant: Tenant, site: Site, hours: Iterable[datetime], number: int) -> None:
    """Let so many alerts begin in each of the hours."""
    with tenant_scope(tenant.id):
        NOCAlertEvent.objects.bulk_create(
            NOCAlertEvent(
                integration_id=1, fingerprint=uuid7().hex, alert_type="DOOR_OPEN",
                message="Door open", severity=2, severity_highest=2,
                signal=SignalState.RESOLVED, machine=b"", site=site, client_id=site.client_id,
                first_seen_at=(at := hour + minute * timedelta(minutes=1)),
                last_seen_at=at, last_received_at=at,
            )
            for hour in hours
            for minute in range(number)
        )  # fmt: skip


def days(first: int, last: int) -> list[datetime]:
    """Return the busy hours of so many days from the first Monday on."""
    return [MONDAY + day * DAY + hour * HOUR for day in range(first, last) for hour in (8, 10, 12)]


def count(tenant: Tenant, until: datetime) -> None:
    with tenant_scope(tenant.id):
        counting.catch_up(until + SETTLED)


def profile_of(tenant: Tenant, site: Site) -> BaselineProfile:
    with tenant_scope(tenant.id):
        return BaselineProfile.objects.select_related("site").get(site=site, metric="alerts")


def departures(tenant: Tenant) -> list[BaselineDeparture]:
    with tenant_scope(tenant.id):
        return list(BaselineDeparture.objects.order_by("began_at"))


def with_history(tenant: Tenant) -> Site:
    """Return a site at which four alerts begin in three hours a day, for three weeks."""
    site = make_site(tenant)
    ring(tenant, site, days(0, 7 * WEEKS), 4)
    count(tenant, MONDAY + WEEKS * 7 * DAY)
    return site


def test_hours_are_counted_once_whether_one_by_one_or_after_an_outage(tenant: Tenant) -> None:
    other = make_tenant()
    site, same = with_history(tenant), with_history(other)
    begin = MONDAY + WEEKS * 7 * DAY
    for one, place in ((tenant, site), (other, same)):
        ring(one, place, [begin + 9 * HOUR], 5)
    count(tenant, begin + 12 * HOUR)
    ring(other, same, [begin + 4 * HOUR], 1)
    for hour in range(1, 13):
        count(other, begin + hour * HOUR)
    ring(tenant, site, [begin + 4 * HOUR], 1)  # told late: within a day it still counts
    count(tenant, begin + 13 * HOUR)
    count(tenant, begin + 13 * HOUR)
    count(other, begin + 13 * HOUR)

    first, second = (history_of(profile_of(*one)) for one in ((tenant, site), (other, same)))
    assert first == second
    assert int(first.counts.sum()) == 3 * 4 * 7 * WEEKS + 6


def test_history_that_is_brought_in_later_is_learnt_and_nothing_of_it_told(
    tenant: Tenant,
) -> None:
    site, end = make_site(tenant), MONDAY + WEEKS * 7 * DAY
    ring(tenant, site, [end - 2 * HOUR], 4)
    count(tenant, end)
    assert profile_of(tenant, site).level is None
    ring(tenant, site, days(0, 7 * WEEKS), 4)
    with tenant_scope(tenant.id):
        store.save_clock(StreamClock(), end)
        for day in (3, 0, 9):
            store.bring_in((MONDAY + day * DAY).timestamp(), end + 30 * MINUTE)
    assert tenant.id in store.unsettled(end + 31 * MINUTE)
    assert tenant.id not in store.unsettled(end + 33 * MINUTE)

    with tenant_scope(tenant.id):
        assert counting.catch_up(end + 33 * MINUTE) > 0
        assert counting.catch_up(end + 34 * MINUTE) == 0
    profile = profile_of(tenant, site)
    assert int(history_of(profile).counts.sum()) == 3 * 4 * 7 * WEEKS + 4
    assert profile.level is not None
    assert departures(tenant) == []


def test_a_day_unlike_the_others_departs_once_and_ends(tenant: Tenant) -> None:
    site, quiet = with_history(tenant), make_site(tenant, "Harbour")
    assert departures(tenant) == []
    begin = MONDAY + WEEKS * 7 * DAY
    ring(tenant, quiet, [begin + HOUR], 1)
    ring(tenant, site, [begin + DAY + 8 * HOUR], 4)
    ring(tenant, site, [begin + DAY + 9 * HOUR, begin + DAY + 10 * HOUR], 60)
    for hour in (*range(1, 13), *range(33, 36)):
        count(tenant, begin + hour * HOUR)

    below, above = departures(tenant)
    assert (below.side, below.count, below.span) == ("below", 0, 24)
    assert below.began_at < begin + DAY
    assert (above.side, above.began_at) == ("above", begin + DAY + 9 * HOUR)
    assert below.is_over
    count(tenant, begin + 4 * DAY)
    assert all(one.is_over for one in departures(tenant) if one.side == "above")
    with tenant_scope(tenant.id):
        # The days after are empty, too: of a type the first one counts.
        findings = AuditFinding.objects.filter(site=site).order_by("-pk")
        found = {one.finding_type: one for one in findings}
        assert found["ANOMALY_ALERTS_BELOW"].title == "Alerts: 0 in 24 hours, 12.0 expected"
        assert found["ANOMALY_ALERTS_BELOW"].gone_at is not None
        assert found["ANOMALY_ALERTS_ABOVE"].found_count > 1


def test_where_nothing_comes_of_any_site_the_sender_is_silent_and_no_site(tenant: Tenant) -> None:
    sites = [make_site(tenant, name) for name in ("Harbour", "Airport")]
    for site in sites:
        ring(tenant, site, days(0, 7 * WEEKS)[::3], 12)
    begin = MONDAY + WEEKS * 7 * DAY
    count(tenant, begin)
    count(tenant, begin + 9 * HOUR)
    assert departures(tenant) == []
    ring(tenant, sites[0], [begin + DAY + 8 * HOUR], 12)
    count(tenant, begin + DAY + 9 * HOUR)

    assert [one.profile_id for one in departures(tenant)] == [profile_of(tenant, sites[1]).pk]
    asked = [hour_of((begin + hour * HOUR).timestamp()) for hour in (7, 8, 32)]
    known = history_of(profile_of(tenant, sites[1])).of_hours(asked)
    assert known == {asked[0]: 0, asked[2]: 0}


def test_peoples_words_move_the_budget_on_sunday_and_it_rolls_back(tenant: Tenant) -> None:
    site = with_history(tenant)
    profile, end = profile_of(tenant, site), MONDAY + WEEKS * 7 * DAY
    with tenant_scope(tenant.id):
        for day in range(4):
            draft = FindingDraft(
                "ANOMALY_ALERTS_ABOVE", Category.SECURITY, Severity.MEDIUM, site.code,
                "Alerts: 9 in an hour, 4 expected", entity_id=f"{day}",
            )  # fmt: skip
            row = BaselineDeparture.objects.create(
                profile=profile, side="above", began_at=end - day * DAY, last_at=end,
                is_over=True, at=end, span=1, count=9, expected=4, a_week=0.15, is_stable=True,
            )  # fmt: skip
            row.finding = recording.record([draft], now=end).opened[0]
            row.save()
            findings.act(row.finding.pk, Action.DISMISS, by=SYSTEM, now=end, note="A drill.")
        sunday = datetime(2026, 4, 5, 3, 10, tzinfo=UTC)
        assert [tasks.tune_due(sunday), tasks.tune_due(sunday + HOUR)] == [1, 0]
        change = ThresholdAuditLog.objects.get()
        profile.refresh_from_db()
        assert profile.budget == change.new_budget < change.old_budget
        assert (change.old_false_share, change.new_false_share) == (1.0, None)
        assert change.new_alarms <= change.old_alarms
        tuning.roll_back(profile, change.pk, by=SYSTEM, now=sunday)
        profile.refresh_from_db()
        assert profile.budget == Sensitivity.MEDIUM.budget


def test_the_api_shows_the_week_and_refuses_strangers(tenant: Tenant) -> None:
    site = with_history(tenant)
    profile = profile_of(tenant, site)
    path = f"/api/v1/baselines/{profile.pk}"
    admin, viewer = (signed_in(make_user(tenant, role)) for role in ("admin", "viewer"))
    stranger = signed_in(make_user(make_tenant(), "admin"))

    told = viewer.get(path).json()
    assert len(told["week"]) == 168
    assert told["week"][8]["low"] <= 4 <= told["week"][8]["high"]
    assert told["week"][8]["count"] == 4
    offered = viewer.get(f"{path}/what-if").json()
    assert [(one["sensitivity"], one["budget"]) for one in offered] == [
        ("low", 0.05), ("medium", 0.2), ("high", 1.0),
    ]  # fmt: skip
    assert [one["alarms"] for one in offered] == sorted(one["alarms"] for one in offered)
    assert stranger.get(f"{path}/what-if").status_code == 404
    body = {"sensitivity": "high"}
    answers = [
        who.put(f"{path}/sensitivity", body, content_type="application/json").status_code
        for who in (viewer, stranger, admin)
    ]
    assert answers == [403, 404, 200]
    [change] = admin.get(f"{path}/changes").json()
    assert (change["reason"], change["new_budget"]) == ("sensitivity", 1.0)
    assert change["new_alarms"] == offered[-1]["alarms"], "as was told before"
    undo = f"{path}/changes/{change['id']}/roll-back"
    assert [who.post(undo).status_code for who in (viewer, stranger, admin)] == [403, 404, 200]
    assert admin.post(undo).status_code == 409
    undone = viewer.get(path).json()
    assert (undone["budget"], undone["sensitivity"]) == (0.2, "medium"), "both as before"
    with tenant_scope(tenant.id):
        assert AuditRow.objects.filter(action="budget.rollback").count() == 1


def test_the_page_of_a_profile_shows_its_week_and_departures_within_bounds(
    tenant: Tenant,
) -> None:
    site = with_history(tenant)
    count(tenant, MONDAY + WEEKS * 7 * DAY + 2 * DAY)
    path = f"/profiles/{profile_of(tenant, site).pk}"
    admin = signed_in(make_user(tenant, "admin"))

    listed, shown = (admin.get(one).getvalue().decode() for one in ("/profiles", path))
    narrowed = admin.get(f"/profiles?unlike=yes&site={site.code}").getvalue().decode()
    assert path in listed
    assert path in narrowed
    assert path not in admin.get("/profiles?site=elsewhere").getvalue().decode()
    assert "unlike its profile" in listed
    assert " expected, " in shown
    assert shown.count("data-shade=") == 7 * 24
    assert "data-outside" not in shown, "a single empty hour is nothing"
    assert "goes on" in shown
    assert "High (1): " in shown
    assert signed_in(make_user(make_tenant(), "admin")).get(path).status_code == 404

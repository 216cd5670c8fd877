"""A watched day is rehearsed under what decides, once, where it is small, for those who may see."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from tests.make import make_tenant, make_user, signed_in
from tests.noc import flow
from tests.noc.watching.conftest import Estate
from watchfloor.noc.rehearsal import running, services
from watchfloor.noc.rehearsal.models import ClusteringConfiguration, Rehearsal, RehearsalState
from watchfloor.noc.watching import rehearsing, tasks
from watchfloor.noc.watching import services as watching
from watchfloor.noc.watching.models import Watch, WatchedDay
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.context import tenant_scope

TIGHT = {"clustering": {"idle_gap": 60.0, "span_cap": 600.0}}
MIDNIGHT = datetime.fromisoformat("2026-03-03T00:00Z")
NEXT_DAY = MIDNIGHT + timedelta(minutes=20)
DAY = "/watching/2026-03-02"


@pytest.fixture(autouse=True)
def _nothing_waits(estate: Estate) -> Any:
    yield
    Rehearsal.objects.all().delete()


def watched_day(estate: Estate, **place: Any) -> None:
    """Leave two alerts of a day that was watched from an hour before them on."""
    watching.start(scope=EVERYTHING, by=SYSTEM, now=flow.at(-60), **place)
    for minute, site in ((0, estate.tower), (90, estate.depot)):
        flow.work(estate.tenant, flow.make_report(minute, site=site.code, device=f"cam {minute}"))


def test_the_day_is_rehearsed_under_what_decides_once_it_was_compared(estate: Estate) -> None:
    made = services.draft(TIGHT, by=SYSTEM, now=flow.at(-100))
    services.enable(made.pk, by=SYSTEM, now=flow.at(-99))
    watched_day(estate)
    watching.start(site_id=estate.tower.pk, scope=EVERYTHING, by=SYSTEM, now=flow.at(-60))

    for minutes in (0, 5, 10):
        tasks.compare_days(NEXT_DAY + timedelta(minutes=minutes))

    [asked] = Rehearsal.objects.all()  # one for both watches
    assert (asked.starts_at, asked.ends_at) == (flow.at(-60), MIDNIGHT)
    assert asked.candidate == asked.current
    assert asked.candidate["clustering"]["idle_gap"] == 60
    assert asked.configuration_id == made.pk
    [row] = AuditRow.objects.filter(action="rehearsal.asked")
    assert row.actor_kind == "system"


def test_the_page_shows_what_came_of_it_to_those_who_configure_all(estate: Estate) -> None:
    watched_day(estate)
    tasks.compare_days(NEXT_DAY)
    alice, bob = signed_in(make_user(estate.tenant, "admin")), bound(estate)
    [asked] = Rehearsal.objects.all()
    assert "Under way." in text(alice)

    assert running.run(asked.pk, now=lambda: NEXT_DAY)

    page = text(alice)
    assert "Plain de-duplication would have shown" in page
    assert f"/rehearsal/{asked.pk}" in page
    assert rehearsal_of(alice) == str(asked.pk)
    viewer = signed_in(make_user(estate.tenant, "supervisor"))
    assert "Rehearsed" not in text(viewer)
    assert rehearsal_of(viewer) is None
    assert bob.get("/api/v1/watching/days/2026-03-02").status_code == 404


def test_who_configures_one_client_only_is_told_of_no_rehearsal(estate: Estate) -> None:
    watched_day(estate, site_id=estate.tower.pk)
    tasks.compare_days(NEXT_DAY)

    bob = bound(estate)

    assert rehearsal_of(bob) is None
    assert "Rehearsed" not in text(bob)


def test_a_large_day_waits_for_a_person(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsing, "MOST_REPORTS", 1)
    watched_day(estate)
    tasks.compare_days(NEXT_DAY)
    alice = signed_in(make_user(estate.tenant, "admin"))

    assert not Rehearsal.objects.exists()
    assert "Rehearse this day" in text(alice)


def test_the_reports_of_a_day_are_counted_once_for_all_watches_of_it(
    estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsing, "MOST_REPORTS", 1)
    watched_day(estate)
    watching.start(site_id=estate.tower.pk, scope=EVERYTHING, by=SYSTEM, now=flow.at(-60))

    counted = lambda: set(WatchedDay.objects.values_list("reports", flat=True))  # noqa: E731

    tasks.compare_days(NEXT_DAY)
    assert counted() == {2}
    WatchedDay.objects.update(reports=3)
    tasks.compare_days(NEXT_DAY + timedelta(minutes=5))
    assert counted() == {3}, "it is not counted again"

    acts = [{"time": flow.at(5).isoformat(), "kind": "opened", "alert_id": "A1"}]
    watching.import_acts(acts, by=SYSTEM, now=NEXT_DAY)
    tasks.compare_days(NEXT_DAY + timedelta(minutes=10))
    assert counted() == {2}, "until its day is computed anew"
    assert not Rehearsal.objects.exists()


def test_a_configuration_that_cannot_be_read_stops_no_other_tenant(estate: Estate) -> None:
    made = services.draft(TIGHT, by=SYSTEM, now=flow.at(-100))
    services.enable(made.pk, by=SYSTEM, now=flow.at(-99))
    ClusteringConfiguration.objects.update(document={"clustering": {"of": "another version"}})
    watched_day(estate)
    other = make_tenant()
    with tenant_scope(other.id):
        watching.start(scope=EVERYTHING, by=SYSTEM, now=flow.at(-60))

    tasks.compare_days(NEXT_DAY)

    assert WatchedDay.objects.count() == 1
    assert not Rehearsal.objects.exists()
    with tenant_scope(other.id):
        assert WatchedDay.objects.count() == 1
        Watch.objects.update(ended_at=F("started_at"))


def test_a_rehearsal_in_the_way_is_waited_for_and_never_pushed_aside(estate: Estate) -> None:
    watched_day(estate)
    by_hand = services.rehearse(
        starts_at=flow.at(-60), ends_at=flow.at(60), document={}, by=SYSTEM, now=flow.at(0)
    )
    tasks.compare_days(NEXT_DAY)
    assert [one.pk for one in Rehearsal.objects.all()] == [by_hand.pk]

    services.cancel(by_hand.pk, by=SYSTEM, now=NEXT_DAY)
    tasks.compare_days(NEXT_DAY + timedelta(minutes=5))

    assert Rehearsal.objects.filter(ends_at=MIDNIGHT).count() == 1


@pytest.mark.parametrize("state", [RehearsalState.CANCELLED, RehearsalState.FAILED])
def test_what_was_called_off_or_failed_is_not_asked_for_again(estate: Estate, state: str) -> None:
    watched_day(estate)
    tasks.compare_days(NEXT_DAY)
    Rehearsal.objects.update(state=state)

    tasks.compare_days(NEXT_DAY + timedelta(minutes=5))

    assert Rehearsal.objects.count() == 1
    assert "Rehearse this day" in text(signed_in(make_user(estate.tenant, "admin")))


def test_days_that_an_outage_left_behind_are_not_all_rehearsed(estate: Estate) -> None:
    watched_day(estate)

    tasks.compare_days(NEXT_DAY + timedelta(days=9))

    assert not Rehearsal.objects.exists()


def test_a_day_without_reports_is_not_rehearsed(estate: Estate) -> None:
    watching.start(scope=EVERYTHING, by=SYSTEM, now=flow.at(-60))

    tasks.compare_days(NEXT_DAY)

    assert not Rehearsal.objects.exists()


def bound(estate: Estate) -> Client:
    """Return somebody who configures the client of the tower, and no other."""
    user = make_user(estate.tenant, "admin")
    with tenant_scope(estate.tenant.id):
        RoleGrant.objects.filter(user=user).update(client_id=estate.tower.client_id)
    return signed_in(user)


def text(client: Client) -> str:
    answer = client.get(DAY)
    assert answer.status_code == 200
    return answer.content.decode()


def rehearsal_of(client: Client) -> str | None:
    [day] = client.get("/api/v1/watching/days/2026-03-02").json()["items"]
    [listed] = client.get("/api/v1/watching/days").json()["items"]
    assert listed == day
    return day["rehearsal_id"]

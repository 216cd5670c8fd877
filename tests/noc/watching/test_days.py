"""What the present system did is taken in once, and each day compared once, after any outage."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from django.test import Client
from django.utils import timezone

from tests.make import make_user, signed_in
from tests.noc import flow
from tests.noc.watching.conftest import Estate
from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.watching import services, tasks
from watchfloor.noc.watching.comparing import compare
from watchfloor.noc.watching.figures import Figures
from watchfloor.noc.watching.models import PresentAct, Watch, WatchedDay
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.accounts.scope import EVERYTHING
from watchfloor.platform.audit.actors import SYSTEM

LATER = flow.at(60 * 24 * 30)


def watch(minute: float = -60, **place: Any) -> Watch:
    return services.start(scope=EVERYTHING, by=SYSTEM, now=flow.at(minute), **place)


def imported(*acts: dict[str, Any], dry_run: bool = False) -> services.ActsReport:
    return services.import_acts(acts, by=SYSTEM, now=LATER, dry_run=dry_run)


def act(kind: str, minute: float, **names: Any) -> dict[str, Any]:
    return {"time": flow.at(minute).isoformat(), "kind": kind, "operator": "Kim", **names}


def figures(watch: Watch) -> Figures:
    return compare(watch, flow.at(-60), flow.at(600))


def test_acts_count_once_however_often_they_are_imported(estate: Estate) -> None:
    acts = [act("opened", 1, alert_id="A1"), act("acknowledged", 4, alert_id="A1")]

    tried = imported(*acts, dry_run=True)
    first, again = imported(*acts), imported(*acts, act("closed", 9, alert_id="A1"))

    assert (tried.created, first.created, first.known) == (2, 2, 0)
    assert (again.created, again.known) == (1, 2)
    assert PresentAct.objects.count() == 3


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"time": "yesterday"}, "time"),
        ({"time": ""}, "time"),
        ({"time": "2099-01-01T00:00:00Z"}, "time"),
        ({"kind": "shouted"}, "kind"),
        ({"alert_id": ""}, "alert_id"),
        ({"alert_id": "", "entity": "cam-1"}, "alert_id"),
        ({"operator": {"name": "Kim"}}, "operator"),
        ({"alert_id": "a" * 501}, "alert_id"),
    ],
)
def test_a_row_that_makes_no_sense_is_named_and_nothing_is_taken_in(
    estate: Estate, wrong: dict[str, Any], field: str
) -> None:
    done = imported(act("opened", 1, alert_id="A1"), act("opened", 2, alert_id="A2") | wrong)

    assert [(fault.row, fault.field) for fault in done.errors] == [(2, field)]
    assert not PresentAct.objects.exists()


def test_common_spellings_are_understood(estate: Estate) -> None:
    imported(
        {"timestamp": str(flow.at(3).timestamp()), "action": "ACK", "id": "A1", "user": "Kim"},
        {"at": "2026-03-02 02:10:00", "event": "resolved", "host": "h", "alert_type": "X"},
    )

    assert sorted(PresentAct.objects.values_list("kind", "alert_type", "entity_id")) == [
        ("acknowledged", "", ""),
        ("closed", "X", "h"),
    ]


def test_the_day_says_what_was_found_earlier_and_by_how_much(estate: Estate) -> None:
    flow.work(estate.tenant, flow.make_report(0, sender_id="A1", site=estate.tower.code))
    imported(act("opened", 0, alert_id="A1"), act("acknowledged", 7, alert_id="A1"))

    found = figures(watch())

    assert (found.compared, found.earlier, found.usual_lead) == (1, 1, 420.0)
    [example] = found.examples_earlier
    assert example.incident_id == NOCIncident.objects.get().pk
    assert (found.hidden, found.never, found.unknown, found.unmatched) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "names",
    [{"alert_id": "A1"}, {"dedup_key": "k-1"}, {"entity": "cam-1", "type": "camera offline"}],
)
def test_an_act_finds_its_alert_by_any_of_its_names(estate: Estate, names: dict[str, str]) -> None:
    flow.work(estate.tenant, flow.make_report(0, sender_id="A1", dedup_key="k-1"))
    imported(act("acknowledged", 7, **names), act("acknowledged", 8, alert_id="somebody else's"))

    found = figures(watch())

    assert (found.compared, found.unmatched, found.unknown) == (1, 1, 1)


def test_of_several_lives_an_act_is_about_the_one_that_had_begun(estate: Estate) -> None:
    for minute in (0, 300):
        flow.work(estate.tenant, flow.make_report(minute, dedup_key="k"))
        flow.work(estate.tenant, flow.make_resolve(minute + 1, dedup_key="k"))
    assert NOCAlertEvent.objects.count() == 2
    imported(act("acknowledged", 10, dedup_key="k"), act("acknowledged", 302, dedup_key="k"))

    assert [one.earlier for one in figures(watch()).examples_earlier] == [600.0, 120.0]


def test_what_their_people_took_for_real_and_we_hid_is_a_miss_with_its_reason(
    estate: Estate,
) -> None:
    flow.work(estate.tenant, flow.make_report(0, sender_id="A1"))
    NOCAlertEvent.objects.update(suppressed_by="transient:rule")
    NOCIncident.objects.update(is_listed=False)
    imported(act("acknowledged", 7, alert_id="A1"), act("acknowledged", 9, alert_id="A1"))

    found = figures(watch())

    assert (found.hidden, found.hidden_by, found.compared) == (1, {"transient": 1}, 0)
    assert found.examples_hidden[0].incident_id == NOCIncident.objects.get().pk


def test_what_we_showed_and_they_never_touched_is_listed_unless_no_acts_came(
    estate: Estate,
) -> None:
    flow.work(estate.tenant, flow.make_report(0, sender_id="A1"))
    flow.work(estate.tenant, flow.make_report(90, sender_id="A2", alert_type="X", device="d2"))
    today = watch()

    assert figures(today).never == 0
    imported(act("closed", 7, alert_id="A1"))
    assert [one.number for one in figures(today).examples_never] == [2]


def test_load_is_of_the_same_desks_on_both_sides(estate: Estate) -> None:
    flow.work(estate.tenant, *(flow.make_report(n / 10, sender_id=f"A{n}") for n in range(20)))
    imported(*(act("opened", n / 10, alert_id=f"A{n}", operator="") for n in range(20)))

    found = figures(watch(operators=2))

    assert (found.operators, found.opened, found.incidents) == (2, 20, 1)
    assert found.theirs is not None
    assert (found.theirs.worst, found.ours.worst) == (10.0, 0.5)


def test_a_watched_site_is_compared_by_what_happened_there(estate: Estate) -> None:
    for site, name in ((estate.tower, "A1"), (estate.depot, "A2")):
        report = flow.make_report(0, sender_id=name, site=site.code, device=f"cam-{name}")
        flow.work(estate.tenant, report)
    imported(
        act("acknowledged", 5, alert_id="A1"),
        act("acknowledged", 5, alert_id="A2"),
        act("acknowledged", 5, alert_id="not ours"),
    )

    found = figures(watch(site_id=estate.depot.pk))

    assert (found.acts, found.incidents, found.compared, found.unknown) == (1, 1, 1, 0)


def test_each_day_is_compared_once_and_an_outage_is_made_up_for(estate: Estate) -> None:
    watch()
    dates = lambda: list(WatchedDay.objects.order_by("date").values_list("date", flat=True))  # noqa: E731

    tasks.compare_days(flow.at(60))
    assert dates() == []
    for _ in range(2):
        tasks.compare_days(flow.at(60 * 24 * 3))

    assert dates() == [date(2026, 3, day) for day in (2, 3, 4)]
    first = WatchedDay.objects.earliest("date")
    assert (first.starts_at, first.ends_at) == (
        flow.at(-60),
        datetime.fromisoformat("2026-03-03T00Z"),
    )
    computed = set(WatchedDay.objects.values_list("computed_at", flat=True))
    assert computed == {flow.at(60 * 24 * 3)}


def test_days_are_those_of_the_place(estate: Estate) -> None:
    Site.objects.filter(pk=estate.tower.pk).update(time_zone="Asia/Kolkata")
    watch(site_id=estate.tower.pk)
    tasks.compare_days(flow.at(60 * 24))

    [day] = WatchedDay.objects.all()
    assert day.ends_at == datetime.fromisoformat("2026-03-02T18:30Z")


def test_acts_that_come_late_have_their_day_compared_anew(estate: Estate) -> None:
    flow.work(estate.tenant, flow.make_report(0, sender_id="A1"))
    watch()
    tasks.compare_days(flow.at(60 * 48))
    assert WatchedDay.objects.earliest("date").figures["compared"] == 0

    imported(act("acknowledged", 7, alert_id="A1"))
    tasks.compare_days(flow.at(60 * 49))

    assert WatchedDay.objects.earliest("date").figures["compared"] == 1
    assert not WatchedDay.objects.filter(is_stale=True).exists()


def test_the_last_day_ends_with_the_watch(estate: Estate) -> None:
    made = watch()
    services.end(made.pk, scope=EVERYTHING, by=SYSTEM, now=flow.at(120))
    tasks.compare_days(flow.at(180))
    tasks.compare_days(flow.at(60 * 72))

    [day] = WatchedDay.objects.all()
    assert (day.starts_at, day.ends_at) == (flow.at(-60), flow.at(120))


def test_a_day_that_the_clock_makes_longer_is_one_day(estate: Estate) -> None:
    Site.objects.filter(pk=estate.tower.pk).update(time_zone="Europe/Berlin")
    begin = datetime.fromisoformat("2026-10-24T23:00Z")
    services.start(site_id=estate.tower.pk, scope=EVERYTHING, by=SYSTEM, now=begin)
    tasks.compare_days(begin + timedelta(days=2))

    [day] = WatchedDay.objects.filter(date=date(2026, 10, 25))
    assert day.ends_at - day.starts_at == timedelta(hours=24)


def test_acts_and_days_over_http(estate: Estate) -> None:
    chief = signed_in(make_user(estate.tenant, "admin"))
    operator = signed_in(make_user(estate.tenant, "operator"))
    flow.work(estate.tenant, flow.make_report(0, sender_id="A1", site=estate.tower.code))
    watch(site_id=estate.tower.pk)
    body = {"acts": [act("acknowledged", 7, alert_id="A1")]}

    assert send(operator, body).status_code == 403
    assert send(chief, {"acts": [{"time": "x"}]}).json()["errors"][0]["field"] == "time"
    assert send(chief, body | {"dry_run": True}).json() == {"created": 1, "known": 0, "errors": []}
    assert send(chief, body).json()["created"] == 1
    assert len(chief.get("/api/v1/watching/acts").json()["items"]) == 1
    assert chief.get("/api/v1/watching/days/2026-03-02").status_code == 404
    tasks.compare_days(timezone.now())
    [day] = operator.get("/api/v1/watching/days/2026-03-02").json()["items"]
    assert (day["place"], day["figures"]["earlier"]) == ("North Tower", 1)
    msgspec.convert(day["figures"], Figures)


def test_who_sees_another_client_sees_no_day_of_this_one(estate: Estate) -> None:
    user = make_user(estate.tenant, "admin")
    RoleGrant.objects.filter(user=user).update(client_id=estate.depot.client_id)
    bob = signed_in(user)
    watch(site_id=estate.tower.pk)
    watch()
    tasks.compare_days(flow.at(60 * 48))

    assert bob.get("/api/v1/watching/days").json()["items"] == []
    assert bob.get("/api/v1/watching/days/2026-03-02").status_code == 404
    assert send(bob, {"acts": [act("opened", 1, alert_id="A1")]}).status_code == 403


def send(client: Client, body: dict[str, Any]):
    return client.post("/api/v1/watching/acts", json.dumps(body), content_type="application/json")

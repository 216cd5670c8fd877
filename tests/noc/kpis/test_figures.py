"""The figures of a floor: right against a plain count, cheap, told only where they change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.make import NOW, bearer, make_key, make_tenant, make_user, signed_in, unique
from tests.noc import flow, storm
from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.types import Signal
from watchfloor.domain.org.models import Client as Customer
from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts import stream as streams
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.kpis import counting, selectors, services, tasks
from watchfloor.noc.kpis.models import KpiBaseline, KpiHour, KpiReading
from watchfloor.noc.watching import services as watching
from watchfloor.platform.accounts.models import RoleGrant
from watchfloor.platform.accounts.scope import EVERYTHING, Scope
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.events import bus
from watchfloor.platform.events.models import OutboxEvent
from watchfloor.platform.ids import uuid7
from watchfloor.platform.live.models import LiveFrame
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

BEGIN = flow.at(-9)  # the beginning of the hour of the test's night


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    made = make_tenant()
    with tenant_scope(made.id):
        yield made


@pytest.fixture(autouse=True)
def _no_count_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is."""
    monkeypatch.setattr(counting, "SLOW", float("inf"))
    monkeypatch.setattr(counting, "_slow", {})


@pytest.fixture
def _alone(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all tenants that other tests left here, only this one's stream is glanced at."""
    glance = streams.glance
    monkeypatch.setattr(
        streams, "glance", lambda: [one for one in glance() if one.tenant_id == tenant.id]
    )


def figures(minute: float = 60, since: datetime = BEGIN, scope: Scope = EVERYTHING):
    return selectors.figures(scope, since=since, until=flow.at(minute))


def counted(reports: list[Report]) -> int:
    """Count as plain de-duplication does, one report after the other."""
    last: dict[tuple[str, str], float] = {}
    shown = 0
    for report in sorted(reports, key=lambda one: one.timestamp or 0.0):
        if report.status is Signal.FIRING and not report.is_touch:
            name, at = (report.alert_type, report.device), report.timestamp or 0.0
            shown += name not in last or at - last[name] > 1800
            last[name] = at
    return shown


def test_alerts_are_counted_over_incidents_and_over_plain_de_duplication(tenant: Tenant) -> None:
    doors = [flow.make_report(n, device=f"cam-{n % 5}") for n in range(40)]
    flow.work(tenant, *doors)

    found = figures()

    assert (found.alerts, found.incidents, found.deduped) == (5, 1, counted(doors))
    assert (found.ratio, found.cut) == (5.0, 0.8)


def test_plain_de_duplication_shows_an_alert_anew_after_half_an_hour_and_not_before(
    tenant: Tenant,
) -> None:
    minutes = (0, 29, 58, 120)
    for minute in minutes:
        flow.work(tenant, flow.make_report(minute))
        flow.work(tenant, flow.make_resolve(minute + 0.5))

    assert figures(180).deduped == counted([flow.make_report(m) for m in minutes]) == 2


def test_load_is_what_was_shown_in_ten_minutes_for_each_who_is_there(tenant: Tenant) -> None:
    for number in range(3):
        flow.work(tenant, flow.make_report(number, alert_type=f"T{number}", device=f"d{number}"))
        NOCIncident.objects.update(is_listed=True)
    incidents = NOCIncident.objects.count()

    assert figures(5).shown == incidents
    assert (figures(5).load, figures(5).operators) == (incidents, 1)
    assert figures(30).shown == 0
    Tenant.objects.using("system").filter(pk=tenant.pk).update(settings={"desks": 2})
    assert figures(5).load == incidents / 2


@pytest.mark.parametrize(("shown", "state"), [(0, "ok"), (1, "ok"), (2, "over"), (11, "flood")])
def test_the_state_follows_the_standard(tenant: Tenant, shown: int, state: str) -> None:
    NOCIncident.objects.bulk_create(
        NOCIncident(number=n, title="t", severity=3, opened_at=flow.at(1), updated_at=NOW)
        for n in range(shown)
    )

    assert figures(5).state == state


def test_operators_are_people_with_a_session_of_the_last_ten_minutes(tenant: Tenant) -> None:
    from django.utils import timezone  # noqa: PLC0415

    for role in ("operator", "operator", "supervisor"):
        signed_in(make_user(tenant, role)).get("/")
    signed_in(make_user(make_tenant())).get("/")

    assert selectors.operators(timezone.now()) == 3
    assert selectors.operators(timezone.now() + timedelta(minutes=11)) == 1


def test_what_is_kept_quiet_is_told_by_its_reason(tenant: Tenant) -> None:
    for number, by in enumerate(("transient:1", "lone", "lone:2", "")):
        flow.work(tenant, flow.make_report(number, device=f"d{number}"))
        NOCAlertEvent.objects.filter(device_name=f"d{number}").update(suppressed_by=by)

    assert figures().quiet == {"transient": 1, "lone": 2}
    assert figures().quiet_total == 3


def test_hours_that_are_over_are_counted_once_and_give_the_same_figures(tenant: Tenant) -> None:
    for one in _batches(list(storm.night(400))):
        flow.work(tenant, *one)
    before = figures(620)
    counted_long_ago = counting.fresh(BEGIN, flow.at(620), counting.LATEST)
    with transaction.atomic():
        kept = counting.count_hours(flow.at(620), since=BEGIN)
    with transaction.atomic():
        again = counting.count_hours(flow.at(620), since=BEGIN)

    assert kept > 0 == again
    assert figures(620).alerts == before.alerts
    assert figures(620).deduped == pytest.approx(before.deduped, abs=1), "but for late reports"
    assert sum(one.number for one in counted_long_ago if one.kind == "deduped") == before.deduped
    assert before.alerts > 50
    assert 0 < before.incidents < before.deduped


def test_the_figures_of_a_site_are_those_of_its_alerts_before_and_after_counting(
    tenant: Tenant,
) -> None:
    client = Customer.objects.create(code=unique("c"), name="C", created_at=NOW)
    sites = [
        Site.objects.create(code=unique("s"), name="S", client=client, created_at=NOW)
        for _ in range(2)
    ]
    for number, site in enumerate([sites[0], sites[1], sites[1]]):
        flow.work(tenant, flow.make_report(number, site=site.code, device=f"d{number}"))
    of_second = Scope(site_ids=frozenset({sites[1].pk}))

    live = figures(200, scope=of_second)
    with transaction.atomic():
        counting.count_hours(flow.at(200), since=BEGIN)

    assert live.alerts == 2
    assert figures(200, scope=of_second) == live
    assert figures(200, scope=Scope(client_ids=frozenset({client.pk}))).alerts == 3
    assert figures(200, scope=Scope()).alerts == 0


def test_reading_costs_as_many_queries_however_much_there_is(tenant: Tenant) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            figures(620)
        return len(seen)

    few = queries()
    for one in _batches(list(storm.night(300))):
        flow.work(tenant, *one)

    assert queries() == few


def test_scopes_share_a_slow_count_until_it_is_worn_and_see_their_own_of_it(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = Customer.objects.create(code=unique("c"), name="Acme", created_at=NOW)
    sites = [
        Site.objects.create(code=unique("s"), name=name, client=customer, created_at=NOW)
        for name in ("Here", "There")
    ]
    here, there = (Scope(site_ids=frozenset({site.pk})) for site in sites)
    services.read_off(flow.at(0))
    monkeypatch.setattr(counting, "SLOW", 0.0)
    flow.work(tenant, flow.make_report(1, site=sites[0].code, device="a"))
    assert (figures(2, scope=here).alerts, figures(2, scope=there).alerts) == (1, 0)

    flow.work(tenant, flow.make_report(1, site=sites[0].code, device="b"))

    def lasting(minutes: float) -> None:
        [(key, last)] = counting._slow.items()
        counting._slow[key] = last._replace(lasts=timedelta(minutes=minutes))

    lasting(3)
    assert figures(4, scope=here).alerts == 1
    assert figures(4).alerts == 2, "who sees all is never given an old count"
    lasting(3)
    assert figures(5, scope=here).alerts == 2
    with tenant_scope(make_tenant().id):
        assert figures(5, scope=here).alerts == 0


def test_a_slow_count_outlives_one_of_another_beginning_and_goes_when_it_is_worn(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.read_off(flow.at(0))
    monkeypatch.setattr(counting, "SLOW", 0.0)
    monkeypatch.setattr(counting, "LARGEST_SHARE", 1e-9)
    flow.work(tenant, flow.make_report(1))
    scope = Scope(site_ids=frozenset({uuid7()}))
    figures(130, scope=scope)
    assert len(counting._slow) == 1

    figures(130, scope=scope, since=flow.at(60))
    assert len(counting._slow) == 2

    counting._slow = {key: one._replace(lasts=timedelta(0)) for key, one in counting._slow.items()}
    figures(131, scope=scope)
    assert len(counting._slow) == 1


def test_a_slow_reading_is_shown_until_the_next_is_due(tenant: Tenant) -> None:
    services.read_off(flow.at(0))
    KpiReading.objects.update(cost=1.0)

    assert selectors.reading(flow.at(0) + timedelta(seconds=34)) is not None
    assert selectors.reading(flow.at(0) + timedelta(seconds=36)) is None
    KpiReading.objects.update(cost=0.01)
    assert selectors.reading(flow.at(0) + timedelta(seconds=16)) is None


def test_open_pages_hear_when_figures_change_and_not_when_they_do_not(tenant: Tenant) -> None:
    heard = lambda: OutboxEvent.objects.filter(kind="kpis.read").count()  # noqa: E731
    flow.work(tenant, flow.make_report(0))
    for minute in (1, 1.1, 1.2):
        services.read_off(flow.at(minute))
    assert heard() == 1

    flow.work(tenant, flow.make_report(2, device="cam-2", alert_type="X"))
    services.read_off(flow.at(2.1))
    assert heard() == 2
    assert KpiReading.objects.get().figures["alerts"] == 2


@pytest.mark.usefixtures("_alone")
def test_a_tenant_in_which_nothing_happened_is_left_alone(tenant: Tenant) -> None:
    flow.work(tenant, flow.make_report(0))
    at = lambda: KpiReading.objects.get().at  # noqa: E731
    tasks.read_all(flow.at(1))
    KpiReading.objects.update(cost=0.1)
    tasks.read_all(flow.at(1.2))
    assert at() == flow.at(1)

    tasks.read_all(flow.at(2.5))
    assert at() == flow.at(2.5), "what was shown fades out of the ten minutes"
    flow.work(tenant, flow.make_report(2.6))
    KpiReading.objects.update(cost=1.0)
    tasks.read_all(flow.at(2.7))
    assert at() == flow.at(2.5), "what takes a second is read three times a minute"
    tasks.read_all(flow.at(2.9))
    assert at() == flow.at(2.9)


@pytest.mark.usefixtures("_alone")
def test_figures_of_another_version_of_the_floor_are_read_anew(tenant: Tenant) -> None:
    flow.work(tenant, flow.make_report(0))
    tasks.read_all(flow.at(1))
    kept = KpiReading.objects.get().figures
    KpiReading.objects.update(figures={"of": "another version"})
    assert selectors.reading(flow.at(1)) is None
    assert Client(REMOTE_ADDR="127.0.0.1").get("/metrics").status_code == 200

    tasks.read_all(flow.at(1))

    assert KpiReading.objects.get().figures == kept


def test_a_frame_carries_the_figures_to_who_sees_all_and_none_of_them_to_others(
    tenant: Tenant,
) -> None:
    client = Customer.objects.create(code=unique("c"), name="C", created_at=NOW)
    flow.work(tenant, flow.make_report(0))
    services.read_off(flow.at(1))
    handle("kpis.read", tenant)

    [change] = LiveFrame.objects.latest("number").changes
    assert change["row"]["figures"]["alerts"] == 1
    assert change["partly"] == {"figures": None}
    assert [str(client.pk), None] in change["places"]


def test_a_watch_that_ended_leaves_its_figures_behind_once(tenant: Tenant) -> None:
    made = watching.start(operators=3, scope=EVERYTHING, by=SYSTEM, now=flow.at(-9))
    flow.work(tenant, *(flow.make_report(n, device=f"cam-{n}") for n in range(4)))
    handle("watching.changed", tenant)
    assert not KpiBaseline.objects.exists()

    watching.end(made.pk, scope=EVERYTHING, by=SYSTEM, now=flow.at(51))
    for _ in range(2):
        handle("watching.changed", tenant)

    [row] = KpiBaseline.objects.all()
    assert (row.starts_at, row.ends_at) == (flow.at(-9), flow.at(51))
    kept = selectors.read(row.figures)
    assert (kept.alerts, kept.operators, kept.corrections) == (4, 3, 0)
    assert kept.mean_load == pytest.approx(1 / 6 / 3)


def handle(kind: str, tenant: Tenant) -> None:
    """Do with the newest event of a kind what the relay does."""
    row = OutboxEvent.objects.filter(kind=kind).latest("number")
    event = bus.Event(kind, row.payload, tenant.id, row.created_at)
    for handler in bus.all_handlers()[kind].values():
        with transaction.atomic():
            handler(event)


def _batches(reports: list[Report]) -> list[list[Report]]:
    return [reports[start : start + 100] for start in range(0, len(reports), 100)]


def get(client: Client, query: str = "", **headers: Any):
    return client.get(f"/api/v1/kpis{query}", **headers)


def test_over_http_everybody_gets_the_figures_of_their_own_places(tenant: Tenant) -> None:
    client = Customer.objects.create(code=unique("c"), name="C", created_at=NOW)
    site = Site.objects.create(code=unique("s"), name="S", client=client, created_at=NOW)
    flow.work(tenant, flow.make_report(0), flow.make_report(0, site=site.code, device="d"))
    user = make_user(tenant)
    RoleGrant.objects.filter(user=user).update(client_id=client.pk)
    since = "?since=2026-03-02T02:00:00Z"

    all_of_it = get(signed_in(make_user(tenant)), since).json()
    own, stranger = signed_in(user), bearer(make_key(make_tenant(), "read"))

    assert (all_of_it["alerts"], all_of_it["state"], all_of_it["baseline"]) == (2, "ok", None)
    assert get(own, since).json()["alerts"] == 1
    assert get(Client(), since, headers=stranger).json()["alerts"] == 0
    assert get(Client()).status_code == 401
    assert get(Client(), headers=bearer(make_key(tenant, "ingest"))).status_code == 403


@pytest.mark.parametrize("since", ["2099-01-01T00:00:00Z", "1999-01-01T00:00:00Z", "soon"])
def test_a_period_that_cannot_be_counted_is_refused(tenant: Tenant, since: str) -> None:
    assert get(signed_in(make_user(tenant)), f"?since={since}").status_code == 422


def test_a_kept_hour_is_not_kept_twice(tenant: Tenant) -> None:
    flow.work(tenant, flow.make_report(0))
    for minute in (120, 121, 180, 240):
        services.read_off(flow.at(minute))

    kinds = sorted(KpiHour.objects.values_list("kind", "number"))
    assert kinds == [("alerts", 1), ("deduped", 1), ("incidents", 1)]

"""What is forgotten in time, and what is kept however old."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import Error, connections
from pytest_django import Settings

from tests.make import NOW, make_integration, make_user
from watchfloor.config import retention
from watchfloor.domain.vitals.models import DeviceBeat
from watchfloor.noc.alerts.models import NOCAlertEvent, SignalState
from watchfloor.noc.clustering.models import AlertCluster, ClusterCheckpoint, ClusterLog
from watchfloor.noc.incidents.models import IncidentState, NOCIncident
from watchfloor.noc.intake.models import Identity
from watchfloor.noc.integrations.models import Delivery
from watchfloor.noc.kpis.models import KpiHour
from watchfloor.noc.watching.models import PresentAct, Watch, WatchedDay
from watchfloor.platform.accounts.models import Seat, Session
from watchfloor.platform.events.models import HandlerRetry
from watchfloor.platform.ids import uuid7
from watchfloor.platform.jobs.models import JobClaim
from watchfloor.platform.jobs.retention import delete_in_batches
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

OLD = NOW - timedelta(days=401)


def partitions(of: str = "alerts_report") -> set[str]:
    with connections["system"].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = %s::regclass",
            [of],
        )
        return {name for (name,) in cursor.fetchall()}


def test_reports_have_a_place_from_yesterday_to_next_week() -> None:
    retention.make_partitions(NOW)
    retention.make_partitions(NOW)

    days = [NOW + timedelta(days=n) for n in range(-1, 8)]
    assert {f"alerts_report_{day:%Y%m%d}" for day in days} <= partitions()


def test_partitions_may_be_made_by_many_at_once() -> None:
    later = NOW + timedelta(days=100)
    failures: list[Exception] = []

    def make() -> None:
        try:
            retention.make_partitions(later)
        except Error as error:
            failures.append(error)
        connections.close_all()

    makers = [threading.Thread(target=make) for _ in range(4)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()

    assert failures == []


def test_days_of_reports_go_when_their_time_is_over(settings: Settings) -> None:
    settings.RETENTION_DAYS = {**settings.RETENTION_DAYS, "reports": 3}
    retention.make_partitions(NOW - timedelta(days=7))
    retention.make_partitions(NOW)

    retention.forget_reports(NOW)

    dated = sorted(name for name in partitions() if name != "alerts_report_default")
    assert dated[0] == f"alerts_report_{NOW - timedelta(days=3):%Y%m%d}"


def test_days_of_beats_go_when_their_time_is_over_and_so_do_older_ones_that_were_imported(
    settings: Settings, tenant: Tenant
) -> None:
    settings.RETENTION_DAYS = {**settings.RETENTION_DAYS, "beats": 3}
    retention.make_partitions(NOW - timedelta(days=7))
    retention.make_partitions(NOW)
    ages = [0, 2, 5, 50]
    with tenant_scope(tenant.id):
        DeviceBeat.objects.bulk_create(
            DeviceBeat(device_id=uuid7(), at=NOW - timedelta(days=age), tenant=tenant)
            for age in ages
        )

    retention.forget_beats(NOW)

    dated = sorted(partitions("vitals_devicebeat") - {"vitals_devicebeat_default"})
    assert dated[0] == f"vitals_devicebeat_{NOW - timedelta(days=3):%Y%m%d}"
    with tenant_scope(tenant.id):
        assert DeviceBeat.objects.count() == 2


def test_identities_go_after_a_week(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "IDENTITIES_AT_ONCE", 2)
    integration = make_integration(tenant)

    def identity(name: bytes, age: timedelta) -> Identity:
        return Identity(
            tenant=tenant, integration_id=integration.number, identity=name,
            event_id=uuid7(), seen_at=NOW - age,
        )  # fmt: skip

    with tenant_scope(tenant.pk):
        old = [identity(bytes([n]), timedelta(days=8)) for n in range(5)]
        Identity.objects.bulk_create([*old, identity(b"fresh", timedelta(days=6))])
        retention.forget_identities(NOW)
        kept = [bytes(row.identity) for row in Identity.objects.filter(tenant=tenant)]

    assert kept == [b"fresh"]


def make_case(
    tenant: Tenant, number: int, *, state: str = "CLOSED", signal: int = SignalState.RESOLVED
) -> None:
    """Leave an old alert with its cluster and incident."""
    is_over = signal != SignalState.FIRING
    alert = NOCAlertEvent.objects.create(
        integration_id=1, fingerprint=f"{number:032x}", alert_type="x", severity=3,
        severity_highest=3, signal=signal, first_seen_at=OLD, last_seen_at=OLD,
        last_received_at=OLD, machine=b"",
    )  # fmt: skip
    cluster = AlertCluster.objects.create(
        number=number, combined_severity=3, first_alert_at=OLD, last_alert_at=OLD,
        primary_alert=alert, is_active=not is_over,
    )  # fmt: skip
    cluster.memberships.create(
        alert=alert, bout=1, started_at=OLD, last_at=OLD, score=1, threshold=1, decided_by="test",
        tenant=tenant,
    )  # fmt: skip
    NOCIncident.objects.create(
        number=number, cluster=cluster, title="old", severity=3, state=state, opened_at=OLD,
        updated_at=OLD,
    )  # fmt: skip


def test_old_cases_go_whole_and_what_is_open_or_firing_stays(tenant: Tenant) -> None:
    with tenant_scope(tenant.pk):
        make_case(tenant, 1)
        make_case(tenant, 2, state=IncidentState.IN_PROGRESS)
        make_case(tenant, 3, signal=SignalState.FIRING)
        Delivery.objects.create(
            channel="email", target="x", event="x", body={}, state="sent",
            next_at=OLD, created_at=OLD,
        )  # fmt: skip

        retention.forget_alerts(NOW)

        assert list(NOCIncident.objects.values_list("number", flat=True)) == [2]
        assert set(AlertCluster.objects.values_list("number", flat=True)) == {2, 3}
        assert NOCAlertEvent.objects.count() == 2
        assert Delivery.objects.count() == 0


def test_acts_and_counted_hours_go_and_what_they_showed_stays(tenant: Tenant) -> None:
    with tenant_scope(tenant.pk):
        for at in (OLD, NOW):
            PresentAct.objects.create(
                at=at, kind="opened", identity=at.isoformat(), imported_at=NOW
            )
            KpiHour.objects.create(starts_at=at, kind="alerts", number=1)
        watch = Watch.objects.create(started_at=OLD, started_by_kind="user", ended_at=OLD)
        WatchedDay.objects.create(
            watch=watch, date=OLD, starts_at=OLD, ends_at=OLD, figures={}, computed_at=OLD
        )
        retention.forget_alerts(NOW)

        assert [row.at for row in PresentAct.objects.all()] == [NOW]
        assert [row.starts_at for row in KpiHour.objects.all()] == [NOW]
        assert WatchedDay.objects.count() == 1


def test_the_log_goes_only_as_far_as_the_oldest_checkpoint(tenant: Tenant) -> None:
    with tenant_scope(tenant.pk):
        for last in (10, 20, 30):
            ClusterLog.objects.create(first_seq=last, last_seq=last, body=b"", created_at=OLD)
        retention.forget_reports(NOW)
        assert ClusterLog.objects.count() == 3
        ClusterCheckpoint.objects.create(seq=20, state=b"", created_at=NOW)

        retention.forget_reports(NOW)

        assert list(ClusterLog.objects.values_list("last_seq", flat=True)) == [30]


def test_leftovers_of_sessions_jobs_and_handlers_go(tenant: Tenant) -> None:
    user = make_user(tenant)
    Session.objects.create(session_key=uuid7().hex, session_data="", expire_date=OLD)
    with tenant_scope(tenant.pk):
        Seat.objects.create(browser="old", user=user, signed_in_at=OLD)
        Seat.objects.create(browser="new", user=user, signed_in_at=NOW)
        JobClaim.objects.create(task="t", key="old", claimed_at=OLD)
        JobClaim.objects.create(task="t", key="new", claimed_at=NOW)
        HandlerRetry.objects.create(
            kind="k", payload={}, handler="h", next_at=OLD, event_at=OLD, gave_up_at=OLD
        )
        retention.forget_leftovers(NOW)

        assert list(JobClaim.objects.values_list("key", flat=True)) == ["new"]
        assert HandlerRetry.objects.count() == 0
        assert list(Seat.objects.values_list("browser", flat=True)) == ["new"]
    assert Session.objects.filter(expire_date__lt=NOW).count() == 0


def test_deleting_goes_on_over_many_batches(tenant: Tenant) -> None:
    with tenant_scope(tenant.pk):
        JobClaim.objects.bulk_create(
            JobClaim(task="t", key=str(n), claimed_at=OLD) for n in range(7)
        )
        assert delete_in_batches(JobClaim.objects.filter(task="t"), batch=3) == 7
        assert JobClaim.objects.count() == 0

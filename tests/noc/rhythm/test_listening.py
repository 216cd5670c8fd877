"""A source that falls silent is an alert like any other, until it speaks again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.make import NOW, make_integration, make_key, make_tenant, make_user, signed_in
from tests.noc import flow
from watchfloor.aiops.alerts.rhythm import DAY, MINUTE, Rhythm
from watchfloor.noc.alerts.models import MaintenanceWindow, NOCAlertEvent, SignalState
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.intake.models import IntakeRecord
from watchfloor.noc.rhythm import listening, services
from watchfloor.noc.rhythm.models import LimitBy, SourceRhythm
from watchfloor.platform.accounts import senders
from watchfloor.platform.accounts.models import ApiKey, Integration
from watchfloor.platform.accounts.senders import Bounds
from watchfloor.platform.audit.actors import SYSTEM
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.tenancy.models import Tenant

PACE = 2


@pytest.fixture
def source(tenant: Tenant) -> Iterator[Integration]:
    """A source with a key, that spoke every two minutes for the two days before the night."""
    source = make_integration(tenant, "Door gateway")
    make_key(tenant, integration=source, bounds=Bounds(sites=("S1",)))
    learn(source)
    return source


def learn(source: Integration, days: int = 2) -> None:
    begun = flow.at().timestamp() - days * DAY
    rhythm = Rhythm.begin(begun)
    minutes = [begun + n * PACE * MINUTE for n in range(int(days * DAY / MINUTE / PACE))]
    rhythm.hear(minutes, until=flow.at().timestamp())
    SourceRhythm.objects.create(
        integration=source, learnt=msgspec.msgpack.encode(rhythm), looked_at=flow.at()
    )


def pass_minutes(tenant: Tenant, source: Integration, since: int, until: int, *spoken: int) -> None:
    """Let the night go on by so many minutes; in those of `spoken` the source sends."""
    for minute in range(since, until):
        if minute in spoken:
            report = flow.make_report(minute, integration=source.number, device=f"door-{minute}")
            flow.work(tenant, report)
        listening.listen(flow.at(minute + 0.9))
        flow.drain_tenant(tenant, minute=minute + 1)


def silences() -> list[NOCAlertEvent]:
    return list(NOCAlertEvent.objects.filter(alert_type="SOURCE_SILENT"))


def test_a_silence_unlike_the_source_is_an_alert_with_an_incident_until_it_speaks_again(
    tenant: Tenant, source: Integration
) -> None:
    pass_minutes(tenant, source, 0, 9, 0, 2, 4)
    assert silences() == []
    pass_minutes(tenant, source, 9, 13)

    [alert] = silences()
    assert (alert.signal, alert.site_name, alert.entity_id) == (
        SignalState.FIRING, "S1", "Door gateway",
    )  # fmt: skip
    assert alert.message.startswith("Door gateway has sent nothing since 2026-03-02 02:14 UTC.")
    assert "about every 2 min" in alert.message
    assert alert.occurrence_count == 1, "told once, not at every look"
    assert NOCIncident.objects.filter(title__startswith="Door gateway has sent").exists()

    pass_minutes(tenant, source, 13, 16, 14)
    [alert] = silences()
    assert alert.signal == SignalState.RESOLVED
    assert SourceRhythm.objects.get().silent_since is None


def test_the_floor_that_was_away_itself_calls_nobody_silent(
    tenant: Tenant, source: Integration
) -> None:
    pass_minutes(tenant, source, 0, 3, 0, 2)
    pass_minutes(tenant, source, 300, 303)
    assert silences() == []

    pass_minutes(tenant, source, 303, 310)
    assert len(silences()) == 1, "but from then on a source is missed as ever"
    pass_minutes(tenant, source, 600, 603)
    [alert] = silences()
    assert alert.signal == SignalState.FIRING, "and is silent still when the floor is back"


def test_reports_that_wait_to_be_worked_are_no_silence(tenant: Tenant, source: Integration) -> None:
    pass_minutes(tenant, source, 0, 2, 0)
    flow.store(tenant, [flow.make_report(2, integration=source.number)])
    for minute in range(2, 20):
        listening.listen(flow.at(minute + 0.9))

    assert not IntakeRecord.objects.filter(tenant_id=tenant.pk, received_at__gt=flow.at(3)).exists()


def test_a_source_without_a_rhythm_or_a_key_is_missed_by_nobody(tenant: Tenant) -> None:
    new, keyless = make_integration(tenant), make_integration(tenant)
    make_key(tenant, integration=new)
    learn(keyless)
    pass_minutes(tenant, new, 0, 30, *range(10))

    assert silences() == []


def test_a_person_may_set_a_limit_or_that_a_source_is_never_silent(
    tenant: Tenant, source: Integration
) -> None:
    set_limit = services.set_limit
    set_limit(source.number, LimitBy.FIXED, minutes=20, by=SYSTEM, now=flow.at())
    pass_minutes(tenant, source, 0, 20, 0)
    assert silences() == []
    pass_minutes(tenant, source, 20, 24)
    [alert] = silences()
    assert "Somebody has set that it is silent after 20 min." in alert.message

    set_limit(source.number, LimitBy.OFF, by=SYSTEM, now=flow.at(24))
    pass_minutes(tenant, source, 24, 30)
    [alert] = silences()
    assert alert.signal == SignalState.RESOLVED
    rows = AuditRow.objects.filter(action="source.limit_set").order_by("at")
    assert [row.after for row in rows] == [
        {"limit_by": "fixed", "minutes": 20},
        {"limit_by": "off", "minutes": None},
    ]


def test_a_silence_within_a_maintenance_window_is_told_to_nobody(
    tenant: Tenant, source: Integration
) -> None:
    MaintenanceWindow.objects.create(
        title="The gateway is changed", alert_types=["SOURCE_SILENT"], created_at=NOW,
        starts_at=flow.at(-60), ends_at=flow.at(60),
    )  # fmt: skip
    pass_minutes(tenant, source, 0, 9)

    [alert] = silences()
    assert alert.suppressed_by.startswith("maintenance")


def test_a_silence_is_over_with_the_last_key(tenant: Tenant, source: Integration) -> None:
    pass_minutes(tenant, source, 0, 9)
    assert [one.signal for one in silences()] == [SignalState.FIRING]

    senders.revoke_key(ApiKey.objects.get(), by=SYSTEM, now=NOW)
    pass_minutes(tenant, source, 9, 11)
    assert [one.signal for one in silences()] == [SignalState.RESOLVED]


def test_the_queries_of_a_look_do_not_grow_with_the_sources(tenant: Tenant) -> None:
    def queries(minute: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            listening.listen(flow.at(minute))
        return len(seen)

    for _ in range(2):
        learn(make_integration(tenant))
    few = queries(1)
    for _ in range(8):
        learn(make_integration(tenant))

    assert queries(2) == few <= 10


def test_the_rhythm_is_read_and_set_by_api_and_by_nobody_else(
    tenant: Tenant, source: Integration
) -> None:
    admin = signed_in(make_user(tenant, "admin"))
    path = f"/api/v1/integrations/{source.number}/rhythm"

    shown = admin.get(path).json()
    assert (shown["limit_by"], shown["silent_after_seconds"]) == ("learnt", 300)
    assert shown["usual_seconds"] == pytest.approx(120, abs=5)
    body = {"limit_by": "fixed", "minutes": 45}
    put = admin.put(path, body, content_type="application/json")
    assert (put.status_code, put.json()["silent_after_seconds"]) == (200, 2700)
    bad = admin.put(path, {"limit_by": "fixed"}, content_type="application/json")
    assert "minutes" in bad.json()["fields"]

    for stranger in (make_user(make_tenant(), "admin"), make_user(tenant, "operator")):
        browser = signed_in(stranger)
        answers = (browser.get(path), browser.put(path, body, content_type="application/json"))
        assert all(one.status_code in (403, 404) for one in answers)


def test_what_is_undone_leaves_neither_word_nor_report(tenant: Tenant, source: Integration) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        listening.listen(flow.at() + timedelta(minutes=4))
        listening.listen(flow.at() + timedelta(minutes=8))
        assert SourceRhythm.objects.get().silent_since is not None
        raise RuntimeError

    assert SourceRhythm.objects.get().silent_since is None
    assert not IntakeRecord.objects.filter(tenant_id=tenant.pk).exists()

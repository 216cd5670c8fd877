"""A rehearsal replays the stored reports of a period under two configurations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest

from tests.make import make_tenant
from tests.noc import flow, storm
from watchfloor.noc.alerts import models
from watchfloor.noc.clustering.models import AlertCluster
from watchfloor.noc.rehearsal import history, labels, running, services, tasks
from watchfloor.noc.rehearsal.models import Rehearsal, RehearsalState
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict, Invalid
from watchfloor.platform.tenancy.context import tenant_scope
from watchfloor.platform.tenancy.models import Tenant

ALICE = Actor("user", "alice")
TIGHT = {"clustering": {"idle_gap": 60.0, "span_cap": 600.0}}
NOW = flow.at(900)
COUNT = 300


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    tenant = make_tenant()
    with tenant_scope(tenant.id):
        yield tenant
        Rehearsal.objects.all().delete()  # one at a time on the floor, tests included


@pytest.fixture
def night(tenant) -> list:
    reports = list(storm.night(COUNT))
    for start in range(0, COUNT, 50):
        flow.work(tenant, *reports[start : start + 50])
    return reports


def ask(document=TIGHT, **changes) -> Rehearsal:
    asked = {"starts_at": NOW - timedelta(days=2), "ends_at": NOW, "document": document,
             "by": ALICE, "now": NOW}  # fmt: skip
    return services.rehearse(**asked | changes)


def ticking(step: float = 0.0):
    """Return a clock that goes on by `step` seconds with each look."""
    looks = count()
    return lambda: NOW + timedelta(seconds=step * next(looks))


def result_of(asked: Rehearsal) -> Rehearsal:
    assert running.run(asked.pk, now=ticking())
    return Rehearsal.objects.get(pk=asked.pk)


def test_the_current_side_is_what_the_floor_did(tenant, night):
    done = result_of(ask())

    assert done.state == RehearsalState.DONE, done.error
    assert (done.reports_done, done.reports_total) == (COUNT, COUNT)
    clusters = AlertCluster.objects.filter(merged_into=None).count()
    assert done.result["reports"] == COUNT
    assert done.result["current"]["figures"]["clusters"] == clusters
    assert done.result["candidate"]["figures"]["clusters"] > clusters
    assert done.result["differences"]


def test_what_is_read_back_is_what_was_told(tenant, night):
    back = list(history.replayed(flow.at(-600), NOW, {}))

    assert [one.report.event_id for one in back] == [one.event_id for one in night]
    for told, read in zip(night, back, strict=True):
        assert (read.report.alert_type, read.report.status, read.report.silence) == (
            told.alert_type, told.status, told.silence,
        )  # fmt: skip
        assert read.report.timestamp == pytest.approx(told.timestamp)
        assert (read.report.device, read.report.is_touch) == (told.device, told.is_touch)


def test_pages_of_any_size_read_the_same(tenant, night, monkeypatch):
    whole = list(history.replayed(flow.at(-600), NOW, {}))
    monkeypatch.setattr(history, "PAGE", 7)

    assert list(history.replayed(flow.at(-600), NOW, {})) == whole


def test_operators_labels_score_both_sides(tenant, night, monkeypatch):
    monkeypatch.setattr(labels, "_labellers", [])
    assert result_of(ask()).result["current"]["told"] is None
    alerts = models.NOCAlertEvent.objects.values_list("id", "site_name")
    labels.register(lambda start, end: dict(alerts))

    told = result_of(ask()).result

    assert told["labelled"] > 0
    assert 0 < told["candidate"]["told"]["recall"] <= told["current"]["told"]["recall"] <= 1


def test_one_at_a_time_for_each_tenant_and_for_the_floor(tenant, night):
    first = ask()
    with pytest.raises(Conflict, match="under way"):
        ask()
    elsewhere = make_tenant()
    with tenant_scope(elsewhere.id):
        second = ask()
    Rehearsal.objects.filter(pk=first.pk).update(
        state=RehearsalState.RUNNING, beat_at=NOW, started_at=NOW
    )

    with tenant_scope(elsewhere.id):
        assert not running.run(second.pk, now=ticking())
        Rehearsal.objects.all().delete()


def test_a_rehearsal_called_off_stops_at_the_next_beat(tenant, night, monkeypatch):
    monkeypatch.setattr(running, "LOOKS_EVERY", 10)
    asked = ask()
    heard = history.replayed

    def called_off(*args):
        for place, one in enumerate(heard(*args)):
            if place == 50:
                services.cancel(asked.pk, by=ALICE, now=NOW)
            assert place < 90
            yield one

    monkeypatch.setattr(history, "replayed", called_off)
    assert running.run(asked.pk, now=ticking(1.0))

    ended = Rehearsal.objects.get(pk=asked.pk)
    assert (ended.state, ended.result) == (RehearsalState.CANCELLED, None)
    with pytest.raises(Conflict, match="cancelled"):
        services.cancel(asked.pk, by=ALICE, now=NOW)


def test_one_whose_worker_died_is_begun_anew(tenant, night):
    asked = ask()
    Rehearsal.objects.filter(pk=asked.pk).update(
        state=RehearsalState.RUNNING, started_at=NOW, beat_at=NOW - timedelta(minutes=5)
    )

    assert result_of(asked).state == RehearsalState.DONE


def test_one_that_fails_says_why(tenant, night, monkeypatch):
    def broken(*args):
        raise ValueError("the disk sings")

    monkeypatch.setattr(history, "replayed", broken)

    ended = result_of(ask())

    assert (ended.state, ended.error) == (RehearsalState.FAILED, "ValueError: the disk sings")


def test_a_period_that_makes_no_sense_is_refused(tenant):
    for start, end in ((NOW, NOW), (NOW, NOW + timedelta(days=9)),
                       (NOW - timedelta(days=900), NOW)):  # fmt: skip
        with pytest.raises(Invalid):
            ask(starts_at=start, ends_at=end)
    with pytest.raises(Invalid, match="idle_gap"):
        ask({"clustering": {"idle_gap": 0}})
    assert not Rehearsal.objects.exists()


def test_the_sweep_wakes_whoever_waits_longest(tenant, monkeypatch):
    woken: list[str] = []
    monkeypatch.setattr(tasks.rehearse, "delay", woken.append)
    asked = ask()

    assert tasks.wake_waiting(NOW) == 1
    assert woken == [str(asked.pk)]

    Rehearsal.objects.update(state=RehearsalState.RUNNING, beat_at=NOW, started_at=NOW)
    assert tasks.wake_waiting(NOW) == 0
    assert tasks.wake_waiting(NOW + timedelta(minutes=3)) == 1

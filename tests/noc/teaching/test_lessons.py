"""What corrections teach: proposed, looked at, confirmed, in effect, withdrawn."""

from datetime import timedelta

import pytest

from tests.noc import flow
from tests.noc.teaching.conftest import alert, two_sites
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.clustering import state
from watchfloor.noc.clustering.models import ClusterMembership
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.noc.teaching import effects, learning, selectors, services, tasks
from watchfloor.noc.teaching.models import EffectState, Lesson, LessonState
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Conflict, NotFound

DAY = 24 * 60


def split_door(tenant, alice, minute=1):
    """Say that a forced door and a lamp at one site are two matters; return the lesson."""
    second = two_sites(tenant)[-1]
    done = services.split(second.pk, [alert("door-1").pk], by=alice, now=flow.at(minute))
    return done, Lesson.objects.get()


def look(lesson, minute=2):
    assert effects.look(lesson.pk, now=lambda: flow.at(minute))
    lesson.refresh_from_db()


def night_with_both(tenant, minute):
    flow.work(
        tenant,
        flow.make_report(minute, site="S3", device="door-3", alert_type="DOOR_FORCED"),
        flow.make_report(minute + 0.1, site="S3", device="lamp-3", alert_type="POWER_LOSS"),
    )
    found = NOCAlertEvent.objects.filter(site_name="S3").order_by("-first_seen_at")[:2]
    return [one.cluster_id for one in found]


def test_a_correction_proposes_what_the_signals_have_in_common(tenant, alice):
    _, lesson = split_door(tenant, alice)

    assert (lesson.links, lesson.one, lesson.other, lesson.relation, lesson.state) == (
        False, "DOOR_FORCED", "POWER_LOSS", "site", "proposed",
    )  # fmt: skip
    assert selectors.lessons_in_effect() == ()
    one, other = night_with_both(tenant, 5)
    assert one == other


def test_who_proposed_it_alone_cannot_confirm_it_and_nobody_before_its_effect(tenant, alice, bob):
    _, lesson = split_door(tenant, alice)
    with pytest.raises(Conflict, match="not known yet"):
        learning.confirm(lesson.pk, by=bob, now=flow.at(2))
    look(lesson)
    with pytest.raises(Conflict, match="Somebody else"):
        learning.confirm(lesson.pk, by=alice, now=flow.at(3))

    learning.confirm(lesson.pk, by=bob, now=flow.at(3))

    lesson.refresh_from_db()
    assert (lesson.state, lesson.confirmed_by_id) == ("in_effect", bob.id)
    assert AuditRow.objects.filter(action="lesson.confirmed").count() == 1


def test_its_effect_is_what_it_would_have_done_to_the_last_30_days(tenant, alice):
    night_with_both(tenant, -DAY)
    _, lesson = split_door(tenant, alice)

    look(lesson)

    effect = lesson.effect
    assert (effect["reports"], effect["incidents_now"], effect["incidents_then"]) == (5, 3, 5)
    assert effect["parted"] == 2
    assert {one["kind"] for one in effect["examples"]} == {"parted"}


def test_in_effect_it_decides_and_survives_a_restart(tenant, alice, bob, monkeypatch):
    _, lesson = split_door(tenant, alice)
    look(lesson)
    learning.confirm(lesson.pk, by=bob, now=flow.at(3))
    monkeypatch.setattr(state, "memories", state.Memories())

    one, other = night_with_both(tenant, 5)

    assert one != other
    why = ClusterMembership.objects.get(cluster_id=one)
    assert why.features == [[f"lesson:{lesson.pk.hex}", 1.0]]
    assert why.decided_by == "operator"
    assert selectors.drift(lesson_again(lesson)).decided == 1


def test_grouping_that_begins_anew_knows_the_lessons(tenant, alice, bob, monkeypatch):
    _, lesson = split_door(tenant, alice)
    look(lesson)
    learning.confirm(lesson.pk, by=bob, now=flow.at(3))
    monkeypatch.setattr(state, "memories", state.Memories())
    monkeypatch.setattr(state, "decode_entries", _damaged)

    one, other = night_with_both(tenant, 5)

    assert one != other


def _damaged(body):
    raise state.CheckpointError("damaged")


def test_withdrawn_it_decides_no_more(tenant, alice, bob):
    _, lesson = split_door(tenant, alice)
    look(lesson)
    learning.confirm(lesson.pk, by=bob, now=flow.at(3))

    learning.withdraw(lesson.pk, by=alice, now=flow.at(4))

    one, other = night_with_both(tenant, 5)
    assert one == other
    assert learning.withdraw(lesson.pk, by=alice, now=flow.at(5)).withdrawn_at == flow.at(4)


def test_three_like_decisions_confirm_a_lesson_once_its_effect_is_known(tenant, alice):
    split_door(tenant, alice)
    lesson = Lesson.objects.get()
    look(lesson)
    for n, minute in ((3, 10), (4, 20)):
        site = {"site": f"S{n}"}
        flow.work(
            tenant,
            flow.make_report(minute, device=f"d{n}", alert_type="DOOR_FORCED", **site),
            flow.make_report(minute + 0.1, device=f"l{n}", alert_type="POWER_LOSS", **site),
        )
        services.move_out(alert(f"d{n}").pk, by=alice, now=flow.at(minute + 1))
        lesson.refresh_from_db()
        assert (lesson.state == LessonState.IN_EFFECT) == (n == 4)

    assert lesson.confirmed_by_kind == "system"


def test_a_proposal_goes_with_the_correction_that_was_undone(tenant, alice):
    done, lesson = split_door(tenant, alice)

    services.undo(done.pk, by=alice, now=flow.at(2))

    assert not selectors.all_lessons().exists()
    with pytest.raises(NotFound):
        learning.confirm(lesson.pk, by=alice, now=flow.at(3))


def test_drift_counts_what_people_say_against_it(tenant, alice, bob):
    _, lesson = split_door(tenant, alice)
    look(lesson)
    learning.confirm(lesson.pk, by=bob, now=flow.at(3))
    night_with_both(tenant, 5)

    services.belongs_together(alert("door-3").pk, alert("lamp-3").pk, by=alice, now=flow.at(6))

    drift = selectors.drift(lesson_again(lesson))
    assert (drift.decided, drift.corrected_against) == (1, 1)
    against = Lesson.objects.get(links=True)
    look(against, 7)
    with pytest.raises(Conflict, match="opposite lesson is in effect"):
        learning.confirm(against.pk, by=bob, now=flow.at(8))


def lesson_again(lesson):
    return Lesson.objects.get(pk=lesson.pk)


def test_a_lesson_that_links_joins_what_rules_would_not(tenant, alice, bob):
    flow.work(
        tenant,
        flow.make_report(0, device="cam-1"),
        flow.make_report(20, device="gate-1", alert_type="GATE_STUCK"),
    )
    first, second = NOCIncident.objects.order_by("number")
    services.merge(second.pk, first.pk, by=alice, now=flow.at(21))
    [lesson] = Lesson.objects.all()
    assert (lesson.links, lesson.relation) == (True, "site")
    look(lesson, 22)
    assert lesson.effect["joined"] == 1
    learning.confirm(lesson.pk, by=bob, now=flow.at(23))

    flow.work(
        tenant,
        flow.make_report(300, site="S7", device="cam-7"),
        flow.make_report(320, site="S7", device="gate-7", alert_type="GATE_STUCK"),
    )

    assert alert("cam-7").cluster_id == alert("gate-7").cluster_id


def test_the_worker_takes_up_what_waits_and_what_was_left(tenant, alice, monkeypatch):
    _, lesson = split_door(tenant, alice)
    woken = []
    monkeypatch.setattr(tasks.look, "delay", woken.append)
    ours = Lesson.objects.filter(pk=lesson.pk)
    Lesson.everybody.using("owner").exclude(pk=lesson.pk).update(effect_state=EffectState.DONE)

    assert tasks.wake_waiting(flow.at(2)) == 1
    ours.update(effect_state=EffectState.RUNNING, effect_at=flow.at(2))
    assert tasks.wake_waiting(flow.at(2)) == 0
    assert tasks.wake_waiting(flow.at(2) + timedelta(minutes=3)) == 1
    assert woken == [str(lesson.pk)] * 2


def test_two_workers_do_not_do_it_twice(tenant, alice):
    _, lesson = split_door(tenant, alice)

    assert effects.look(lesson.pk, now=lambda: flow.at(2))
    assert not effects.look(lesson.pk, now=lambda: flow.at(2))

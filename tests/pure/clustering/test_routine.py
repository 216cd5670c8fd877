"""What comes up now and then is gathered with the chatter, unless something explains it."""

from __future__ import annotations

import pytest

from tests.pure.clustering.streams import make_report
from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.commands import AcknowledgeCluster, ResolveCluster
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.explain import Turn, Where, turns
from watchfloor.aiops.clustering.features import Membership, ReportView
from watchfloor.aiops.types import Severity, Signal

HOUR = 60.0
DAY = 24 * HOUR


def told(clusterer: OnlineClusterer, *reports: ReportView) -> list[Membership]:
    answers = [clusterer.apply(report) for report in reports]
    return [answer for answer in answers if answer is not None]


def backup(minute: float, **said: object) -> ReportView:
    return make_report(minute, entity="server", alert_type="BACKUP_SLOW", **said)


def evenings(days: int, **said: object) -> list[ReportView]:
    return [backup(day * DAY + 20 * HOUR, **said) for day in range(days)]


def reasons(answers: list[Membership]) -> list[str]:
    return [answer.features[0][0] if answer.features else "" for answer in answers]


def test_what_came_up_in_three_other_shifts_of_the_week_is_routine_and_says_so() -> None:
    answers = told(OnlineClusterer(), *evenings(6))

    assert reasons(answers)[3:] == ["routine"] * 3
    assert "routine" not in reasons(answers)[:3]


def evenings_of_two(days: int) -> list[ReportView]:
    """Two things that have nothing to do with each other, an hour apart."""
    return [
        report
        for day in range(days)
        for report in (
            backup(day * DAY + 20 * HOUR),
            make_report(day * DAY + 21 * HOUR, entity="lift", alert_type="DOOR_HELD"),
        )
    ]


def test_routine_of_a_site_meets_in_its_digest_whatever_it_is() -> None:
    answers = told(OnlineClusterer(), *evenings_of_two(4))

    assert answers[-2].cluster == answers[-1].cluster
    assert reasons(answers)[-2:] == ["routine", "routine"]


def test_what_came_often_in_one_shift_is_no_routine() -> None:
    often = [backup(18 * HOUR + n * 40) for n in range(8)]
    answers = told(OnlineClusterer(), *often)

    assert "routine" not in reasons(answers)


def test_what_was_not_heard_for_a_week_is_news() -> None:
    [*_, answer] = told(OnlineClusterer(), *evenings(4), backup(12 * DAY))

    assert answer.opened_cluster
    assert "routine" not in reasons([answer])


@pytest.mark.parametrize("severity", [Severity.HIGH, Severity.CRITICAL])
def test_what_its_sender_holds_for_grave_is_never_routine(severity: Severity) -> None:
    answers = told(OnlineClusterer(), *evenings(6, severity=severity))

    assert all(answer.opened_cluster for answer in answers)


def test_what_turns_grave_leaves_the_digest() -> None:
    clusterer = OnlineClusterer()
    quiet = told(clusterer, *evenings(5))
    [worse] = told(clusterer, backup(4 * DAY + 20 * HOUR + 5, severity=Severity.CRITICAL))

    assert (worse.opened_bout, worse.opened_cluster) == (True, True)
    assert worse.cluster != quiet[-1].cluster


def test_life_safety_is_never_routine() -> None:
    answers = told(OnlineClusterer(), *evenings(6, is_life_safety=True))

    assert "routine" not in reasons(answers)


def test_what_its_senders_resolve_is_never_routine() -> None:
    clusterer = OnlineClusterer()
    answers = []
    for report in evenings(8):
        answers += told(clusterer, report)
        minute = (report.at - evenings(1)[0].at) / 60.0 + 20 * HOUR + 30
        told(clusterer, backup(minute, signal=Signal.RESOLVED))

    assert "routine" not in reasons(answers)[3:]


def test_routine_that_comes_amid_an_incident_is_part_of_it() -> None:
    clusterer = OnlineClusterer()
    told(clusterer, *evenings(5))
    break_in = make_report(5 * DAY, entity="server", alert_type="LOGIN_ROOT")
    [first, second] = told(clusterer, break_in, backup(5 * DAY + 1))

    assert second.cluster == first.cluster
    assert reasons([second]) == ["same_thing"]


def test_more_of_it_than_ever_is_shown() -> None:
    clusterer = OnlineClusterer()
    quiet = told(clusterer, *evenings(5))
    flood = [backup(5 * DAY + 20 * HOUR + n / 60) for n in range(40)]
    answers = told(clusterer, *flood)

    assert answers[-1].cluster != quiet[-1].cluster
    assert any(answer.opened_cluster for answer in answers)


def begins_after(days: int, **config: int) -> bool:
    """Whether a new kind stands alone, a quarter of an hour after another one on the same thing."""
    clusterer = OnlineClusterer(ClusteringConfig(**config))
    told(clusterer, *[report for n in range(days) for report in (
        make_report(n * DAY + hour * HOUR, entity="server", alert_type=f"KIND{hour}")
        for hour in range(0, 24, 2)
    )])  # fmt: skip
    told(clusterer, make_report(days * DAY + HOUR, entity="server", alert_type="NEW"))
    late = make_report(days * DAY + HOUR + 20, entity="server", alert_type="NEWER")
    return told(clusterer, late)[0].opened_cluster


def test_what_a_digest_takes_in_still_counts_for_how_much_is_chance_there() -> None:
    assert begins_after(5)
    assert begins_after(5) == begins_after(5, routine_shifts=21)


def test_without_routine_it_would_have_had_a_cluster_of_its_own() -> None:
    answer = told(OnlineClusterer(), *evenings_of_two(4))[-1]
    found = turns(
        answer.features,
        score=answer.score,
        threshold=answer.threshold,
        opened=answer.opened_cluster,
        runner_up_score=answer.runner_up_score,
    )

    assert not answer.opened_cluster
    assert found[-1] == Turn("routine", None, Where.OWN)


def test_it_can_be_switched_off() -> None:
    clusterer = OnlineClusterer(ClusteringConfig(routine_shifts=21))

    assert all(answer.opened_cluster for answer in told(clusterer, *evenings(8)))


def test_what_is_routine_is_kept_by_a_checkpoint() -> None:
    clusterer = OnlineClusterer()
    told(clusterer, *evenings(3))
    restored = OnlineClusterer.restore(clusterer.snapshot())

    again = backup(3 * DAY + 20 * HOUR)
    answers = told(clusterer, again)
    assert reasons(answers) == ["routine"]
    assert told(restored, again) == answers


def test_what_is_said_again_takes_over_what_held_nothing_else_and_is_open_still() -> None:
    first, later, last = told(OnlineClusterer(), backup(0), backup(2 * HOUR), backup(7 * HOUR))

    assert reasons([later, last]) == ["told_again"] * 2
    assert later.merges == ((first.cluster, later.cluster),)
    assert last.merges == ((later.cluster, last.cluster),)


@pytest.mark.parametrize(
    ("before", "again"),
    [
        ([backup(0)], backup(2 * HOUR, severity=Severity.HIGH)),
        ([backup(0)], backup(25 * HOUR)),
        ([backup(0), make_report(1, entity="server", alert_type="OTHER")], backup(2 * HOUR)),
        ([backup(0, expires_at=backup(30).at)], backup(2 * HOUR)),
    ],
    ids=["grave", "a day later", "was not alone", "had ended"],
)
def test_nothing_else_is_taken_over(before: list[ReportView], again: ReportView) -> None:
    answers = told(OnlineClusterer(), *before, again)

    assert answers[-1].opened_cluster
    assert answers[-1].merges == ()


@pytest.mark.parametrize("act", [ResolveCluster, AcknowledgeCluster])
def test_what_a_person_closed_or_has_in_hand_is_not_taken_over(
    act: type[ResolveCluster | AcknowledgeCluster],
) -> None:
    clusterer = OnlineClusterer()
    [first] = told(clusterer, backup(0))
    clusterer.apply(act(first.cluster, backup(60).at))
    [again] = told(clusterer, backup(2 * HOUR))

    assert again.opened_cluster
    assert again.merges == ()

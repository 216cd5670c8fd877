from __future__ import annotations

from typing import Any

import pytest

from tests.pure.clustering.streams import START, make_report
from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.commands import (
    AcknowledgeCluster,
    ReopenCluster,
    ResolveCluster,
    SetConfig,
)
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import Membership, ReportView
from watchfloor.aiops.clustering.log import Entry
from watchfloor.aiops.errors import ConfigError
from watchfloor.aiops.types import Signal


def memberships(*entries: Entry, **config: Any) -> list[Membership]:
    clusterer = OnlineClusterer(ClusteringConfig(**config))
    answers = [clusterer.apply(entry) for entry in entries]
    return [answer for answer in answers if answer is not None]


def clusters(*entries: Entry, **config: Any) -> list[int]:
    return [answer.cluster for answer in memberships(*entries, **config)]


def resolved(minute: float, **said: Any) -> ReportView:
    return make_report(minute, signal=Signal.RESOLVED, expires_at=START + 60 * minute, **said)


def test_another_type_on_the_same_thing_joins_soon_after() -> None:
    assert clusters(make_report(0), make_report(10, alert_type="TAMPER")) == [1, 1]


def test_nobody_joins_after_the_idle_gap() -> None:
    assert clusters(make_report(0), make_report(31, alert_type="TAMPER")) == [1, 2]


def test_something_else_elsewhere_opens_its_own() -> None:
    assert clusters(make_report(0), make_report(1, site="beta")) == [1, 2]


@pytest.mark.parametrize(("sign", "joins"), [("OFFLINE", True), ("AJAR", False)])
def test_other_sites_of_a_domain_join_in_the_same_seconds_by_the_same_sign(
    sign: str, joins: bool
) -> None:
    alpha, beta = (("site:" + site, "feeder:north") for site in ("alpha", "beta"))
    first, second = memberships(
        make_report(0, domains=alpha),
        make_report(0.02, site="beta", alert_type=sign, domains=beta),
    )

    assert (second.cluster == first.cluster) is joins


def test_repeats_stay_in_their_bout_and_a_long_gap_begins_another() -> None:
    first, again, later = memberships(make_report(0), make_report(29), make_report(60))

    assert (again.bout, again.opened_bout) == (1, False)
    assert (later.bout, later.opened_bout, later.cluster) == (2, True, 2)
    assert first.opened_cluster


def test_repeats_do_not_keep_a_cluster_open_for_others() -> None:
    repeats = [make_report(5 * n) for n in range(9)]

    assert clusters(*repeats, make_report(41, alert_type="TAMPER"))[-1] == 2


def test_a_report_every_ten_minutes_does_not_make_an_endless_cluster() -> None:
    reports = [make_report(10 * n) for n in range(60)]
    answers = memberships(*reports, span_cap=2 * 3600.0, chatter_hours=25)
    firsts = [answer for answer in answers if answer.opened_cluster]

    assert [answer.bout for answer in firsts] == [1, 2, 3, 4, 5]


def test_a_full_cluster_takes_nobody() -> None:
    reports = [make_report(n / 60, alert_type=f"T{n}") for n in range(5)]

    assert clusters(*reports, size_cap=2) == [1, 1, 2, 2, 3]


def test_what_a_person_resolved_takes_nobody_until_it_is_reopened() -> None:
    other = make_report(3, alert_type="TAMPER")

    assert clusters(make_report(0), ResolveCluster(1, START + 60), other) == [1, 2]
    reopened = (ResolveCluster(1, START + 60), ReopenCluster(1, START + 90))
    assert clusters(make_report(0), *reopened, other) == [1, 1]


def test_an_alert_that_goes_on_after_a_person_resolved_it_opens_that_again() -> None:
    assert clusters(make_report(0), ResolveCluster(1, START + 60), make_report(2)) == [1, 1]
    assert clusters(make_report(0), ResolveCluster(1, START + 60), make_report(22)) == [1, 2]


def test_only_what_is_newer_than_the_resolve_opens_it_again() -> None:
    entries = [make_report(0), ResolveCluster(1, START + 60), make_report(0.5), make_report(2)]

    answers = memberships(*entries)

    assert [answer.came_back for answer in answers] == [False, False, True]


def test_a_cluster_whose_alerts_ended_five_minutes_ago_takes_nobody() -> None:
    assert clusters(make_report(0), resolved(2), make_report(6.9, alert_type="TAMPER")) == [1, 1, 1]
    assert clusters(make_report(0), resolved(2), make_report(7, alert_type="TAMPER")) == [1, 1, 2]


def test_silence_ends_an_alert_as_a_resolve_does() -> None:
    brief = make_report(0, expires_at=START + 300)

    assert clusters(brief, make_report(9, alert_type="TAMPER")) == [1, 1]
    assert clusters(brief, make_report(11, alert_type="TAMPER")) == [1, 2]


def test_touches_keep_it_alive() -> None:
    brief = make_report(0, expires_at=START + 300)
    touch = make_report(4, expires_at=START + 540, is_touch=True)

    assert clusters(brief, touch, make_report(11, alert_type="TAMPER")) == [1, 1, 1]


def test_an_acknowledged_cluster_waits_for_its_person() -> None:
    entries = (make_report(0), resolved(2), AcknowledgeCluster(1, START + 120))

    assert clusters(*entries, make_report(20, alert_type="TAMPER")) == [1, 1, 1]


def test_the_same_alert_comes_back_into_a_recovered_cluster_and_no_other_does() -> None:
    back = (make_report(0), resolved(2), make_report(16))

    assert clusters(*back) == [1, 1, 1]
    assert clusters(*back[:2], make_report(16, alert_type="TAMPER")) == [1, 1, 2]


def test_it_comes_back_even_where_a_person_resolved() -> None:
    entries = (make_report(0), resolved(2), ResolveCluster(1, START + 180), make_report(10))

    assert clusters(*entries) == [1, 1, 1]


def test_it_comes_back_no_later_than_a_quarter_of_an_hour_after_recovery() -> None:
    quiet = make_report(0, expires_at=START + 3600)

    assert clusters(quiet, make_report(79)) == [1, 1]
    assert clusters(quiet, make_report(81)) == [1, 2]


def test_a_resolve_follows_its_alert_however_late_and_prolongs_nothing() -> None:
    entries = (make_report(0), resolved(300), make_report(302, alert_type="TAMPER"))

    assert clusters(*entries) == [1, 1, 2]


def test_where_senders_resolve_a_problem_keeps_its_cluster_while_it_fires() -> None:
    taught = [
        entry
        for n in range(3)
        for entry in (make_report(n, site=f"s{n}"), resolved(n + 0.5, site=f"s{n}"))
    ]
    problem = [make_report(100 + 40 * n) for n in range(4)]
    answers = memberships(*taught, *problem)[-4:]

    assert {answer.cluster for answer in answers} == {answers[0].cluster}
    assert [answer.bout for answer in answers] == [1, 2, 3, 4]
    assert answers[-1].features == (("unresolved", 1.0),)


def test_a_late_report_lands_as_if_in_order() -> None:
    late = make_report(5, alert_type="TAMPER")
    elsewhere = make_report(48, site="beta")

    assert clusters(make_report(6), elsewhere, late) == [1, 2, 1]


def test_a_later_one_gets_a_marked_cluster_of_its_own_kind() -> None:
    newest = make_report(60, site="beta")
    late = [make_report(5, alert_type="TAMPER"), make_report(6, alert_type="MOTION")]
    *_, one, other = memberships(make_report(6), newest, *late)

    assert (one.cluster, other.cluster) == (3, 3)
    assert one.is_late
    assert other.is_late
    assert clusters(make_report(6), newest, *late, make_report(61))[-1] == 4


def test_after_a_straggler_an_alert_is_back_in_its_cluster_by_a_new_bout() -> None:
    straggler, next_one = make_report(1), make_report(63)
    first, strayed, back, then = memberships(make_report(60), straggler, next_one, make_report(64))

    assert (strayed.cluster, strayed.bout, strayed.is_late) == (2, 2, True)
    assert (back.cluster, back.bout, back.opened_bout) == (first.cluster, 3, True)
    assert (then.cluster, then.bout, then.opened_bout) == (first.cluster, 3, False)


def test_an_old_resolve_does_not_end_what_fired_since() -> None:
    entries = (make_report(0), make_report(10), resolved(5), make_report(20, alert_type="TAMPER"))

    assert clusters(*entries) == [1, 1, 1, 1]


def panic(minute: float, **said: Any) -> ReportView:
    return make_report(minute, alert_type="PANIC", is_life_safety=True, **said)


def test_life_safety_has_a_cluster_of_its_own_and_nobody_joins_it() -> None:
    entries = (make_report(0), panic(0.1), panic(0.2, entity="guard-2"), make_report(0.3))

    assert clusters(*entries, make_report(0.4, alert_type="TAMPER")) == [1, 2, 3, 1, 1]
    assert clusters(panic(0), make_report(0.1)) == [1, 2]


def test_life_safety_is_linked_to_what_rages_around_it() -> None:
    storm = [make_report(n / 60, entity=f"camera-{n}") for n in range(40)]
    alarm = memberships(*storm, panic(0.7))[-1]

    assert (alarm.cluster, alarm.related_cluster, alarm.opened_cluster) == (2, 1, True)


def test_a_repeat_of_a_panic_stays_with_it_and_one_after_an_hour_is_new() -> None:
    assert clusters(panic(0), panic(1), panic(61)) == [1, 1, 2]


def test_suppressed_reports_are_grouped_like_others() -> None:
    entries = (make_report(0), make_report(1, alert_type="TAMPER", is_suppressed=True))

    assert clusters(*entries) == [1, 1]


def test_another_configuration_holds_from_its_entry_on() -> None:
    tight = SetConfig(ClusteringConfig(idle_gap=300.0, entity_gap_least=60.0))
    reports = [make_report(10 * n, alert_type=f"T{n}") for n in range(3)]

    assert clusters(reports[0], reports[1], tight, reports[2]) == [1, 1, 2]


@pytest.mark.parametrize(
    "setting", [{"idle_gap": 0.0}, {"span_cap": 60.0}, {"size_cap": -1}, {"coincidence": 1.0}]
)
def test_a_configuration_out_of_range_is_refused(setting: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        ClusteringConfig(**setting)

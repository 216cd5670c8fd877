"""Faults that spread, problems that flap, places that are ill: where senders say what is over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest
from msgspec.structs import replace

from tests.pure.clustering.streams import START, make_report
from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.background import Openings
from watchfloor.aiops.clustering.commands import AcknowledgeCluster
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.faults import Onset, Spread, poisson_surprise, speed
from watchfloor.aiops.clustering.features import Membership, ReportView
from watchfloor.aiops.clustering.state import Alert
from watchfloor.aiops.types import Signal

HOUR = 60.0
DAY = 24 * HOUR


def over(report: ReportView, minute: float) -> ReportView:
    at = START + 60.0 * minute
    return make_report(
        minute,
        alert_type=report.alert_type,
        entity=report.entity,
        site=report.site,
        domains=report.domains,
        alert_id=report.alert_id,
        signal=Signal.RESOLVED,
        expires_at=at,
    )


def down(minute: float, site: str, thing: str, **said: object) -> ReportView:
    """A thing goes down and fires until it is said to be over, or for a day."""
    return make_report(
        minute,
        site=site,
        entity=f"{site}-{thing}",
        domains=(f"device:{site}-{thing}", f"site:{site}", "feeder:north"),
        alert_id=f"{thing}@{site}/{minute}",
        expires_at=START + 60.0 * minute + 86_400.0,
        **said,
    )


def past(days: int = 3, every: float = 7 * HOUR) -> list[ReportView]:
    """Days in which now and then one thing fails for ten minutes, at one of three sites."""
    told: list[ReportView] = []
    for n in range(int(days * DAY / every)):
        one = down(n * every, f"s{n % 3}", f"thing{n}")
        told += [one, over(one, n * every + 10)]
    return told


def learned(reports: Iterable[ReportView] = ()) -> OnlineClusterer:
    clusterer = OnlineClusterer()
    apply(clusterer, [*past(), *reports])
    return clusterer


def apply(clusterer: OnlineClusterer, reports: Iterable[ReportView]) -> list[Membership]:
    answers = (clusterer.apply(report) for report in reports)
    return [answer for answer in answers if answer is not None]


def roots(answers: Sequence[Membership]) -> list[int]:
    """Clusters after all declared merges."""
    merged = dict(pair for answer in answers for pair in answer.merges)

    def root(number: int) -> int:
        return root(merged[number]) if number in merged else number

    return [root(answer.cluster) for answer in answers]


def power_cut(minute: float, every: float = 0.4) -> list[ReportView]:
    return [down(minute + n * every, f"s{n % 3}", f"camera{n}") for n in range(12)]


def test_things_that_go_down_together_are_one_cluster_by_declared_merges() -> None:
    answers = apply(learned(), power_cut(3 * DAY))

    assert len({answer.cluster for answer in answers}) > 1
    assert len(set(roots(answers))) == 1
    assert any(answer.features[0][0] == "outbreak" for answer in answers)


def test_an_alert_moves_to_the_merged_cluster_by_a_new_bout_at_its_next_report() -> None:
    clusterer = learned()
    cut = power_cut(3 * DAY)
    answers = apply(clusterer, cut)
    moved = next(n for n, answer in enumerate(answers) if answer.cluster != answers[-1].cluster)
    [end] = apply(clusterer, [over(cut[moved], 3 * DAY + 6)])

    assert (end.cluster, end.opened_bout, end.bout) == (answers[-1].cluster, True, 2)


def test_an_end_of_what_nobody_heard_begin_is_not_brought_about_by_the_fault() -> None:
    clusterer = learned()
    *_, last = apply(clusterer, power_cut(3 * DAY, every=2.0))
    begun, ended = down(3 * DAY + 32, "s8", "camera"), down(3 * DAY + 32, "s9", "camera")
    far, unheard = apply(clusterer, [begun, over(ended, 3 * DAY + 32)])

    assert far.cluster == last.cluster
    assert unheard.opened_cluster


def test_two_faults_that_meet_in_one_thing_are_one() -> None:
    clusterer = learned()
    *_, last = apply(clusterer, power_cut(3 * DAY, every=2.0))
    [slow] = apply(clusterer, [down(3 * DAY + 31, "s7", "lamp", alert_type="SLOW")])
    [dark] = apply(clusterer, [down(3 * DAY + 32, "s7", "lamp")])

    assert slow.opened_cluster
    assert dark.features[0][0] in ("fault_spreads", "outbreak")
    assert (dark.cluster, dark.merges) == (last.cluster, ((slow.cluster, last.cluster),))


def test_a_straggler_joins_the_fault_that_still_spreads() -> None:
    clusterer = learned()
    *_, last = apply(clusterer, power_cut(3 * DAY, every=2.0))
    [straggler] = apply(clusterer, [down(3 * DAY + 32, "s1", "late-camera")])

    assert straggler.cluster == last.cluster


def test_a_fault_long_finished_takes_no_other_device() -> None:
    clusterer = learned()
    cut = power_cut(3 * DAY)
    *_, last = apply(clusterer, cut)
    apply(clusterer, [over(one, 3 * DAY + 20) for one in cut[1:]])
    [other] = apply(clusterer, [down(3 * DAY + 200, "s1", "other-camera")])

    assert other.cluster != last.cluster


def test_what_happens_everywhere_at_the_same_hour_each_day_is_no_fault() -> None:
    told: list[ReportView] = []
    for day in range(8):
        for n in range(6):
            one = down(day * DAY + 6 * HOUR + n * 0.3, f"s{n}", "guard", alert_type="ABSENT")
            told += [one, over(one, day * DAY + 7 * HOUR)]
    told.sort(key=lambda report: report.at)
    answers = apply(OnlineClusterer(), told)
    of_last_day = [
        answer.cluster
        for report, answer in zip(told, answers, strict=True)
        if report.at >= START + 7 * 86_400 and report.signal is Signal.FIRING
    ]

    assert len(set(of_last_day)) == 6


def test_a_problem_that_is_back_within_the_hour_opens_a_new_one_that_takes_the_old_over() -> None:
    clusterer = learned()
    first = down(3 * DAY, "s1", "door")
    again = down(3 * DAY + 45, "s1", "door")
    later = down(3 * DAY + 130, "s1", "door")
    answers = apply(clusterer, [first, over(first, 3 * DAY + 5), again])
    [third] = apply(clusterer, [over(again, 3 * DAY + 50), later])[1:]

    assert answers[2].opened_cluster
    assert answers[2].features == (("recurs", 1.0),)
    assert answers[2].merges == ((answers[0].cluster, answers[2].cluster),)
    assert third.opened_cluster
    assert third.merges == ()


def test_the_end_of_a_problem_that_kept_coming_back_is_not_believed_before_its_time() -> None:
    first = down(3 * DAY, "s1", "door")
    end = replace(over(first, 3 * DAY + 5), settles_at=first.at + 60 * 40.0)

    def later(minute: float) -> list[Membership]:
        return apply(learned(), [first, end, down(3 * DAY + minute, "s1", "door")])

    told, _, back = later(39)
    assert (back.cluster, back.features) == (told.cluster, (("flapping", 1.0),))
    assert later(41)[2].opened_cluster


def test_a_problem_goes_back_while_something_else_of_its_incident_still_fires() -> None:
    clusterer = learned()
    *_, told = apply(clusterer, cut := power_cut(3 * DAY))
    again = replace(cut[0], report_id="again", alert_id="again", at=cut[0].at + 45 * 60.0)
    [_, back] = apply(clusterer, [over(cut[0], 3 * DAY + 10), again])

    assert (back.cluster, back.features) == (told.cluster, (("flapping", 1.0),))


def test_a_problem_goes_back_to_an_incident_that_waits_for_a_person() -> None:
    clusterer = learned()
    first = down(3 * DAY, "s1", "door")
    [told] = apply(clusterer, [first])
    clusterer.apply(AcknowledgeCluster(told.cluster, first.at + 60.0))
    [_, back] = apply(clusterer, [over(first, 3 * DAY + 5), down(3 * DAY + 45, "s1", "door")])

    assert back.cluster == told.cluster


def test_what_is_resolved_each_time_is_no_chatter_however_often_it_happens() -> None:
    clusterer = learned()
    often: list[ReportView] = []
    for n in range(6):
        one = down(3 * DAY + n * 3 * HOUR, "s1", "door")
        often += [one, over(one, 3 * DAY + n * 3 * HOUR + 10)]
    answers = apply(clusterer, often)
    told = [answer for answer in answers if answer.opened_bout]

    assert len({answer.cluster for answer in told}) == 6
    assert {answer.features[0][0] for answer in told} == {"nothing_near"}


def test_a_fault_that_is_over_is_not_taken_over_by_one_thing_of_it_that_fails_again() -> None:
    clusterer = learned()
    cut = power_cut(3 * DAY)
    apply(clusterer, [*cut, *(over(one, 3 * DAY + 20) for one in cut)])
    again = replace(cut[0], report_id="again", alert_id="again", at=cut[0].at + 60 * 60.0)
    [alone] = apply(clusterer, [again])

    assert alone.opened_cluster
    assert alone.merges == ()


def test_a_problem_not_told_for_over_an_hour_is_another_and_its_end_was_lost() -> None:
    clusterer = learned()
    first = down(3 * DAY, "s1", "door")
    [one] = apply(clusterer, [first])
    after = make_report(
        3 * DAY + 300,
        site="s1",
        entity="s1-door",
        domains=first.domains,
        alert_id=first.alert_id,
    )
    [other] = apply(clusterer, [after])

    assert other.cluster != one.cluster


def test_what_is_unlikely_at_a_place_that_is_ill_belongs_to_its_fault() -> None:
    clusterer = learned()
    *_, last = apply(clusterer, power_cut(3 * DAY))
    strange = make_report(
        3 * DAY + 8, site="s1", entity="s1-phone", alert_type="NO_SYNC", domains=("site:s1",)
    )
    elsewhere = make_report(
        3 * DAY + 8, site="s9", entity="s9-phone", alert_type="NO_SYNC", domains=("site:s9",)
    )
    there, away = apply(clusterer, [strange, elsewhere])

    assert (there.cluster, there.features[0][0]) == (last.cluster, "ill_place")
    assert away.cluster != last.cluster


def test_repeats_of_what_fires_are_no_evidence_of_how_often_it_happens() -> None:
    clusterer = learned()
    first = down(3 * DAY, "s1", "pump")
    repeats = [
        make_report(
            3 * DAY + 10 * n,
            site="s1",
            entity=first.entity,
            alert_id=first.alert_id,
            domains=first.domains,
        )
        for n in range(1, 40)
    ]
    answers = apply(clusterer, [first, *repeats])

    assert len({answer.cluster for answer in answers}) == 1


def test_a_fault_of_types_never_seen_is_one_where_senders_say_what_is_over() -> None:
    clusterer = learned()
    mains = [
        down(3 * DAY + n / 60, f"s{n % 3}", f"panel{n}", alert_type="NO_MAINS") for n in range(9)
    ]
    apply(clusterer, mains)
    batteries = [down(3 * DAY + 20 + n / 30, "s1", f"lamp{n}", alert_type="DARK") for n in range(4)]
    answers = apply(clusterer, [*mains, *batteries])

    assert len(set(roots(answers))) == 1


def test_a_burst_that_is_done_is_not_one_with_the_next_in_its_neighbourhood() -> None:
    clusterer = learned()
    here = [down(3 * DAY + n / 30, "s1", f"lamp{n}") for n in range(10)]
    there = [down(3 * DAY + 11 + n / 30, "s2", f"lamp{n}") for n in range(10)]
    first, second = roots(apply(clusterer, here)), roots(apply(clusterer, there))

    assert len(set(first)) == len(set(second)) == 1
    assert first[0] != second[0]


@pytest.mark.parametrize(("count", "expected"), [(0, 1.0), (3, 3.0), (2, 5.0)])
def test_no_more_than_expected_is_no_surprise(count: int, expected: float) -> None:
    assert poisson_surprise(count, expected) == 0.0


def _onsets(*minutes: float) -> list[Onset]:
    return [Onset(60.0 * m, 1, f"thing{m}", f"alert{m}", opened=False) for m in minutes]


def _firing(onsets: Sequence[Onset], until: float = float("inf")) -> dict[str, Alert]:
    return {one.alert: Alert(one.alert, one.at, one.at, until=until) for one in onsets}


def test_one_thing_alone_spreads_nothing() -> None:
    onsets = _onsets(0)

    assert speed(onsets, 60.0, _firing(onsets)) == 0.0


def test_a_fault_slows_down_with_silence_and_as_things_come_up_again() -> None:
    onsets = _onsets(0, 1, 2, 3, 4)
    soon, later = (speed(onsets, 60.0 * at, _firing(onsets)) for at in (5, 60))

    assert soon > later == 0.0
    assert speed(onsets, 300.0, _firing(onsets, until=200.0)) == 0.0


def test_the_worst_day_does_not_make_a_disaster_usual() -> None:
    spread = Spread(Openings(0.0, 0.0, 0.0))
    config = ClusteringConfig()
    for n in range(40):
        spread.note(Onset(5 * 86_400.0 + n, 1, f"t{n}", f"a{n}", opened=False))
    quiet = Spread(Openings(0.0, 0.0, 0.0))

    at = 6 * 86_400.0
    assert spread.expected(at, 120.0, config) == quiet.expected(at, 120.0, config)


def test_a_fault_reaches_other_sites_more_slowly_than_it_goes_through_its_own() -> None:
    """Twelve things of a site are down: one more there is as good as sure, elsewhere it is not."""
    there, elsewhere = (
        apply(
            learned(),
            [
                *(down(3 * DAY + n * 0.5, "s1", f"thing{n}") for n in range(12)),
                down(3 * DAY + 8, site, "thing99"),
            ],
        )[-1]
        for site in ("s1", "s2")
    )

    assert there.features[0][0] == elsewhere.features[0][0] == "fault_spreads"
    assert 1.0 - elsewhere.score > 12 * (1.0 - there.score)

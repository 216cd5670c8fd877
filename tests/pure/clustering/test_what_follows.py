"""What was often seen to follow, while its cause goes on and once that is over."""

from __future__ import annotations

from collections.abc import Iterable

from tests.pure.clustering.streams import START, make_report
from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.commands import ResolveCluster, SetLessons
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.features import Membership, ReportView
from watchfloor.aiops.clustering.lessons import Lesson, Relation
from watchfloor.aiops.types import Signal

DAY = 24 * 60.0
DAYS = 12
FOLLOWED = 45.0
"""Minutes from an absence to the tour that nobody went on."""


def absent(minute: float, site: str, *, signal: Signal = Signal.FIRING) -> ReportView:
    return _state(minute, site, f"guard@{site}", "ABSENT", signal)


def tour(minute: float, site: str, *, signal: Signal = Signal.FIRING) -> ReportView:
    return _state(minute, site, site, "TOUR", signal)


def _state(minute: float, site: str, entity: str, alert_type: str, signal: Signal) -> ReportView:
    lasts = 0.0 if signal is Signal.RESOLVED else 86_400.0
    return make_report(
        minute, site=site, entity=entity, alert_type=alert_type, domains=(site,), signal=signal,
        alert_id=f"{alert_type}@{site}/{int(minute // DAY)}",
        expires_at=START + 60.0 * minute + lasts,
    )  # fmt: skip


def begin(day: int) -> tuple[str, float]:
    """The site at which somebody is missing that day, and the minute."""
    return f"s{day % 3}", day * DAY + (day * 131) % 600


def absence(day: int, *, lasts: float | None = None) -> list[ReportView]:
    """Somebody is missing, perhaps for some minutes only; later a tour is overdue."""
    site, minute = begin(day)
    told = [absent(minute, site), tour(minute + FOLLOWED, site)]
    if lasts is not None:
        told.insert(1, absent(minute + lasts, site, signal=Signal.RESOLVED))
    return told


def apply(clusterer: OnlineClusterer, reports: Iterable[ReportView]) -> list[Membership]:
    answers = (clusterer.apply(report) for report in reports)
    return [answer for answer in answers if answer is not None]


def learned(*, lasts: float | None = None) -> OnlineClusterer:
    clusterer = OnlineClusterer()
    for day in range(DAYS):
        apply(clusterer, absence(day, lasts=lasts))
    return clusterer


def test_what_was_often_seen_to_follow_joins_an_hour_later() -> None:
    missing, overdue = apply(learned(), absence(DAYS))

    assert overdue.cluster == missing.cluster
    assert overdue.features[0][0] == "follows"
    assert overdue.threshold == ClusteringConfig().follows_from <= overdue.score


def test_order_in_time_counts_for_what_follows() -> None:
    alone = tour(DAYS * DAY, "s0")
    first, second = apply(learned(), [alone, absent(DAYS * DAY + FOLLOWED, "s0")])

    assert second.cluster != first.cluster


def test_one_coincidence_does_not_explain_the_next() -> None:
    clusterer = OnlineClusterer()
    apply(clusterer, absence(0))
    missing, overdue = apply(clusterer, absence(3))

    assert overdue.cluster != missing.cluster


def test_what_follows_from_something_over_takes_that_over_and_does_not_open_it_again() -> None:
    missing, _, overdue = apply(learned(lasts=20), absence(DAYS, lasts=20))

    assert overdue.opened_cluster
    assert overdue.features == (("aftermath", 1.0),)
    assert overdue.merges == ((missing.cluster, overdue.cluster),)


def test_what_a_person_closed_is_not_taken_over() -> None:
    clusterer = learned(lasts=20)
    first, end, later = absence(DAYS, lasts=20)
    [missing] = apply(clusterer, [first])
    clusterer.apply(ResolveCluster(missing.cluster, end.at + 60.0))
    _, overdue = apply(clusterer, [end, later])

    assert overdue.opened_cluster
    assert overdue.merges == ()


def test_nothing_is_taken_over_against_what_people_taught() -> None:
    clusterer = learned(lasts=20)
    lesson = Lesson("apart", False, "ABSENT", "TOUR", Relation.SITE)
    clusterer.apply(SetLessons((lesson,)))
    _, _, overdue = apply(clusterer, absence(DAYS, lasts=20))

    assert overdue.opened_cluster
    assert (overdue.merges, overdue.decided_by) == ((), "operator")
    assert overdue.features == (("lesson:apart", 1.0),)


def test_a_problem_that_comes_back_each_day_does_not_follow_from_itself() -> None:
    clusterer = OnlineClusterer()
    answers: list[Membership] = []
    for day in range(DAYS):
        site, minute = begin(day)
        for later in (0.0, 150.0):
            one = absent(minute + later, site)
            over = absent(minute + later + 20, site, signal=Signal.RESOLVED)
            answers += apply(clusterer, [one, over])

    assert not any(answer.merges for answer in answers)


def test_what_is_only_heard_to_end_is_learned_to_follow_too() -> None:
    clusterer = OnlineClusterer()
    for day in range(DAYS):
        site, minute = begin(day)
        apply(clusterer, [absent(minute, site), tour(minute + 20, site, signal=Signal.RESOLVED)])
    site, minute = begin(DAYS)
    missing, ended = apply(
        clusterer, [absent(minute, site), tour(minute + 20, site, signal=Signal.RESOLVED)]
    )

    assert (ended.cluster, ended.features[0][0]) == (missing.cluster, "follows")

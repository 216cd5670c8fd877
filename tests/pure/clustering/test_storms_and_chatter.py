from __future__ import annotations

from tests.pure.clustering.streams import make_report
from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.features import Membership, ReportView

DAY = 24 * 60.0


def apply_all(clusterer: OnlineClusterer, reports: list[ReportView]) -> list[Membership]:
    answers = [clusterer.apply(report) for report in reports]
    return [answer for answer in answers if answer is not None]


def storm(minute: float, site: str, size: int = 60, **said: object) -> list[ReportView]:
    """One after the other, a device each, within a minute or two."""
    return [
        make_report(minute + n / 40, site=site, entity=f"{site}-device-{n}", **said)
        for n in range(size)
    ]


def quiet_past(days: int = 3) -> list[ReportView]:
    """Now and then something at three sites, so that the floor knows what is ordinary."""
    return [
        make_report(n * 7 * 60, site=site, entity=f"{site}-gate", alert_type=f"T{n % 5}")
        for n in range(int(days * DAY / (7 * 60)))
        for site in ("alpha", "beta", "gamma")
    ]


def test_a_storm_at_one_site_is_one_cluster() -> None:
    answers = apply_all(OnlineClusterer(), storm(0, "alpha"))

    assert {answer.cluster for answer in answers} == {1}


def test_a_storm_after_quiet_days_is_one_cluster_and_says_why() -> None:
    clusterer = OnlineClusterer()
    apply_all(clusterer, quiet_past())
    answers = apply_all(clusterer, storm(3 * DAY, "alpha"))

    assert len({answer.cluster for answer in answers}) == 1
    assert answers[-1].features[0] == ("storm", 1.0)


def test_fifty_groups_in_one_burst_stay_fifty_clusters() -> None:
    burst = [
        make_report(
            n / 6000,
            site=f"site-{n % 50}",
            entity=f"thing-{n % 50}",
            alert_type=f"T{n % 7}",
            domains=(f"site-{n % 50}", "client:acme"),
            client="acme",
        )
        for n in range(500)
    ]
    answers = apply_all(OnlineClusterer(), burst)

    assert len({answer.cluster for answer in answers}) == 50


def test_fifty_groups_without_site_or_entity_are_told_apart_by_type() -> None:
    burst = [
        make_report(n / 6000, site="", entity="", alert_type=f"T{n % 50}", domains=())
        for n in range(500)
    ]
    answers = apply_all(OnlineClusterer(), burst)

    assert len({answer.cluster for answer in answers}) == 50


def test_what_hangs_on_one_feeder_is_one_storm_over_its_sites() -> None:
    clusterer = OnlineClusterer()
    apply_all(clusterer, quiet_past())
    reports = [
        make_report(
            3 * DAY + n / 30,
            site=f"site-{n % 5}",
            entity=f"device-{n}",
            domains=(f"site:site-{n % 5}", "feeder:north"),
        )
        for n in range(80)
    ]
    answers = apply_all(clusterer, reports)

    in_storm = [answer.cluster for answer in answers[-40:]]
    assert len(set(in_storm)) == 1


def test_a_fault_at_one_site_is_not_blamed_on_its_feeder() -> None:
    clusterer = OnlineClusterer()
    apply_all(clusterer, quiet_past())
    faulty = storm(3 * DAY, "alpha", domains=("site:alpha", "feeder:north"))
    bystander = make_report(3 * DAY + 1.6, site="beta", domains=("site:beta", "feeder:north"))
    *answers, other = apply_all(clusterer, [*faulty, bystander])

    assert len({answer.cluster for answer in answers}) == 1
    assert other.cluster not in {answer.cluster for answer in answers}


def test_a_finished_storm_stays_closed_and_the_next_is_another() -> None:
    clusterer = OnlineClusterer()
    apply_all(clusterer, quiet_past())
    first = apply_all(clusterer, storm(3 * DAY, "alpha"))
    second = apply_all(clusterer, storm(3 * DAY + 20, "alpha", alert_type="POWER"))

    assert first[-1].cluster != second[-1].cluster


def test_storms_do_not_become_normal() -> None:
    clusterer = OnlineClusterer()
    apply_all(clusterer, quiet_past())
    nights = [storm(n * DAY, "alpha") for n in range(3, 9)]
    answers = [apply_all(clusterer, night) for night in nights]

    assert [len({answer.cluster for answer in night}) for night in answers] == [1] * 6


def chatter(minutes: int, every: int = 20, start: int = 0) -> list[ReportView]:
    return [
        make_report(start + minute, entity="old-printer", alert_type=f"JAM{minute % 3}")
        for minute in range(0, minutes, every)
    ]


def test_chatter_goes_to_a_digest_and_says_so() -> None:
    answers = apply_all(OnlineClusterer(), chatter(int(2 * DAY), every=31))
    second_day = answers[len(answers) // 2 :]

    assert len({answer.cluster for answer in second_day}) <= 3
    assert {answer.features[0][0] for answer in second_day if answer.opened_bout} == {"chatter"}


def test_what_is_new_does_not_drown_in_the_chatter_around_it() -> None:
    clusterer = OnlineClusterer()
    noise = apply_all(clusterer, chatter(int(2 * DAY), every=31))
    intruder = make_report(2 * DAY, entity="old-printer", alert_type="LOGIN")
    [answer] = apply_all(clusterer, [intruder])

    assert answer.cluster not in {one.cluster for one in noise[-30:]}


def test_a_signal_that_is_on_all_the_time_gets_a_row_of_its_own() -> None:
    clusterer = OnlineClusterer()
    apply_all(clusterer, chatter(int(DAY), every=31))
    steady = [make_report(DAY + n, entity="pump", alert_type="HOT") for n in range(int(1.5 * DAY))]
    answers = apply_all(clusterer, steady)
    rows = [answer for answer in answers if answer.opened_cluster]

    assert len(rows) <= 5
    late = [answer for answer in answers[-600:] if answer.opened_bout]
    assert {answer.features[0][0] for answer in late} <= {"steady"}
    assert answers[-1].cluster != apply_all(clusterer, chatter(1, start=int(2.5 * DAY)))[0].cluster


def test_chatter_that_surges_in_a_storm_is_part_of_it() -> None:
    clusterer = OnlineClusterer()
    gate = [make_report(31 * n, entity="alpha-gate", alert_type="OPEN") for n in range(140)]
    apply_all(clusterer, gate)
    begin = 31 * 140 + 1.0
    answers = apply_all(clusterer, storm(begin, "alpha", alert_type="POWER"))
    surge = [
        make_report(begin + 1.5 + n / 600, entity="alpha-gate", alert_type="OPEN")
        for n in range(64)
    ]

    assert apply_all(clusterer, surge)[-1].cluster == answers[-1].cluster

"""A fault is in the domain that explains it best; what lies elsewhere fails for its own reasons."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from tests.pure.clustering.streams import START, make_report
from watchfloor.aiops.clustering.assign import OnlineClusterer
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.estate import Estate
from watchfloor.aiops.clustering.features import Membership, ReportView
from watchfloor.aiops.types import Signal

CONFIG = ClusteringConfig()
TOWNS = ("north", "south", "east", "west")


def at(site: str, *shared: str, client: str = "") -> ReportView:
    domains = (f"device:{site}-1", f"site:{site}", *shared)
    return make_report(0, site=site, entity=f"{site}-1", domains=domains, client=client)


def estate(clients: int = 7) -> Estate:
    """Ten sites in each of four towns, clients and carriers all over them."""
    made = Estate({})
    for town in TOWNS:
        for n in range(10):
            made.note(place(town, n, clients))
    return made


def place(town: str, n: int, clients: int = 7) -> ReportView:
    carrier = f"carrier:{(n + TOWNS.index(town)) % 5}"
    return at(f"{town}{n}", f"vicinity:{town}", carrier, client=f"c{(3 * n) % clients}")


def sites(town: str, count: int) -> list[str]:
    return [f"{town}{n}" for n in range(count)]


def test_a_far_site_has_nothing_to_do_with_a_town_that_is_dark() -> None:
    assert estate().is_elsewhere(sites("north", 8), "south0", CONFIG)


def test_another_site_of_the_town_may_well_have() -> None:
    assert not estate().is_elsewhere(sites("north", 8), "north9", CONFIG)


def test_two_sites_of_one_town_say_nothing_yet() -> None:
    assert not estate().is_elsewhere(sites("north", 2), "south0", CONFIG)


def test_a_fault_all_over_the_estate_may_reach_anything() -> None:
    hit = [f"{town}{n}" for town in TOWNS for n in range(2)]

    assert not estate().is_elsewhere(hit, "south9", CONFIG)


def test_one_far_site_among_many_of_a_town_does_not_make_it_everywhere() -> None:
    hit = [*sites("north", 9), "south0"]

    assert estate().is_elsewhere(hit, "west0", CONFIG)


def test_what_hits_one_client_only_is_not_a_matter_of_one_town() -> None:
    made = Estate({})
    for n in range(10):
        for town in TOWNS:
            made.note(
                at(f"{town}{n}", f"vicinity:{town}", client=f"of {town}" if n > 4 else "first")
            )
    hit = [f"north{n}" for n in range(5)]

    assert not made.is_elsewhere(hit, "south1", CONFIG)
    assert made.is_elsewhere(hit, "south7", CONFIG)


@pytest.mark.parametrize("coincidence", [0.035, 0.05, 0.065])
def test_the_bound_may_be_moved_by_a_third(coincidence: float) -> None:
    config = ClusteringConfig(coincidence=coincidence)

    assert estate().is_elsewhere(sites("north", 6), "south0", config)
    assert not estate().is_elsewhere(sites("north", 2), "south0", config)


def test_sites_that_move_in_the_inventory_are_known_where_they_are_now() -> None:
    made = estate()
    for n in range(8):
        made.note(at(f"north{n}", "vicinity:south"))

    assert not made.is_elsewhere(sites("north", 8), "south0", CONFIG)


DAY = 24 * 60.0


def failing(minute: float, town: str, n: int, thing: str, alert_type: str) -> ReportView:
    known = place(town, n)
    return make_report(
        minute, site=known.site, entity=f"{known.site}-{thing}", alert_type=alert_type,
        domains=known.domains, client=known.client, expires_at=START + 60.0 * minute + 86_400.0,
    )  # fmt: skip


def over(report: ReportView, minute: float) -> ReportView:
    at = START + 60.0 * minute
    return replace(report, at=at, expires_at=at, signal=Signal.RESOLVED, report_id=f"over/{at}")


def ordinary_days() -> list[ReportView]:
    """Once in three days each site is without mains for some minutes."""
    told = []
    for n in range(40):
        one = failing(n * 3 * DAY / 40, TOWNS[n % 4], n // 4, f"thing{n}", "NO_MAINS")
        told += [one, over(one, n * 3 * DAY / 40 + 10)]
    return told


def clusters(told: Sequence[ReportView], answers: Sequence[Membership]) -> dict[str, set[int]]:
    """By town, the clusters after all declared merges."""
    merged = dict(pair for answer in answers for pair in answer.merges)
    found: dict[str, set[int]] = {}
    for report, answer in zip(told, answers, strict=True):
        number = answer.cluster
        while number in merged:
            number = merged[number]
        found.setdefault(report.site.rstrip("0123456789"), set()).add(number)
    return found


def test_a_far_site_that_fails_at_once_in_other_ways_too_stays_apart_from_a_dark_town() -> None:
    clusterer = OnlineClusterer()
    for report in ordinary_days():
        clusterer.apply(report)
    begin = 3 * DAY
    mains = [failing(begin + n / 60, "north", n, "panel", "NO_MAINS") for n in range(9)]
    far = [failing(begin + 0.05, "south", 0, "panel", "NO_MAINS")]
    silent = [
        failing(begin + 0.2 + n / 60, *where, f"lamp{n}", "SILENT")
        for n, where in enumerate(
            [("north", 0), ("south", 0), ("north", 1), ("north", 2), *[("north", 7)] * 6]
        )
    ]
    told = sorted([*mains, *far, *silent], key=lambda report: report.at)
    answers = [answer for report in told if (answer := clusterer.apply(report))]
    found = clusters(told, answers)

    assert len(found["north"]) == len(found["south"]) == 1
    assert found["north"] != found["south"]

"""A fault is in the domain that explains it best; what lies elsewhere fails for its own reasons."""

from __future__ import annotations

import pytest

from tests.pure.clustering.streams import make_report
from watchfloor.aiops.clustering.config import ClusteringConfig
from watchfloor.aiops.clustering.estate import Estate
from watchfloor.aiops.clustering.features import ReportView

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
    assert estate().is_elsewhere(sites("north", 8), place("south", 0), CONFIG)


def test_another_site_of_the_town_may_well_have() -> None:
    assert not estate().is_elsewhere(sites("north", 8), place("north", 9), CONFIG)


def test_two_sites_of_one_town_say_nothing_yet() -> None:
    assert not estate().is_elsewhere(sites("north", 2), place("south", 0), CONFIG)


def test_a_fault_all_over_the_estate_may_reach_anything() -> None:
    hit = [f"{town}{n}" for town in TOWNS for n in range(2)]

    assert not estate().is_elsewhere(hit, place("south", 9), CONFIG)


def test_one_far_site_among_many_of_a_town_does_not_make_it_everywhere() -> None:
    hit = [*sites("north", 9), "south0"]

    assert estate().is_elsewhere(hit, place("west", 0), CONFIG)


def test_what_hits_one_client_only_is_not_a_matter_of_one_town() -> None:
    made = Estate({})
    for n in range(10):
        for town in TOWNS:
            made.note(
                at(f"{town}{n}", f"vicinity:{town}", client=f"of {town}" if n > 4 else "first")
            )
    hit = [f"north{n}" for n in range(5)]

    assert not made.is_elsewhere(hit, at("south1", "vicinity:south", client="first"), CONFIG)
    assert made.is_elsewhere(hit, at("south7", "vicinity:south", client="of south"), CONFIG)


@pytest.mark.parametrize("coincidence", [0.035, 0.05, 0.065])
def test_the_bound_may_be_moved_by_a_third(coincidence: float) -> None:
    config = ClusteringConfig(coincidence=coincidence)

    assert estate().is_elsewhere(sites("north", 6), place("south", 0), config)
    assert not estate().is_elsewhere(sites("north", 2), place("south", 0), config)


def test_sites_that_move_in_the_inventory_are_known_where_they_are_now() -> None:
    made = estate()
    for n in range(8):
        made.note(at(f"north{n}", "vicinity:south"))

    assert not made.is_elsewhere(sites("north", 8), place("south", 0), CONFIG)

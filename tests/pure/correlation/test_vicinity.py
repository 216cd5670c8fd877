from __future__ import annotations

from math import cos, hypot, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.aiops.correlation.topology import Inventory, Site
from watchfloor.aiops.correlation.vicinity import (
    KM_OF_DEGREE,
    Position,
    kilometres,
    vicinities,
)


def km(one: Position, other: Position) -> float:
    east = (one[1] - other[1]) * KM_OF_DEGREE * cos(radians((one[0] + other[0]) / 2))
    return hypot((one[0] - other[0]) * KM_OF_DEGREE, east)


def places(spread: float) -> st.SearchStrategy[dict[str, Position]]:
    """Up to eight sites in a square of so many degrees, within one band of latitude."""
    offset = st.floats(0.0, spread)
    return st.tuples(st.floats(-60.0, 60.0), st.floats(-170.0, 170.0)).flatmap(
        lambda corner: st.lists(st.tuples(offset, offset), min_size=2, max_size=8).map(
            lambda moves: {
                f"s{n}": (int(corner[0]) + 0.3 + north, corner[1] + east)
                for n, (north, east) in enumerate(moves)
            }
        )
    )


@given(places(0.089))
def test_all_sites_within_five_kilometres_of_a_place_share_a_vicinity(
    found: dict[str, Position],
) -> None:
    shared = set.intersection(*(set(names) for names in vicinities(found).values()))

    assert len(vicinities(found)) == len(found)
    assert shared


@given(places(0.6))
def test_nothing_thirty_kilometres_away_is_in_the_vicinity(found: dict[str, Position]) -> None:
    near = vicinities(found)

    for one, here in near.items():
        for other, there in near.items():
            if set(here) & set(there):
                assert km(found[one], found[other]) < 30.0


def test_what_is_near_over_the_date_line_is_near() -> None:
    assert kilometres((-17.0, 179.99), (-17.0, -179.99)) < 3.0


@given(places(0.6))
def test_over_a_town_the_earth_is_flat(found: dict[str, Position]) -> None:
    for here in found.values():
        for there in found.values():
            assert kilometres(here, there) == pytest.approx(km(here, there), rel=0.01, abs=1e-6)


def test_a_site_alone_has_no_vicinity() -> None:
    assert vicinities({"here": (12.9, 77.6), "far": (13.9, 77.6)}) == {}


def test_a_vicinity_comes_after_the_feeder_and_before_the_carrier() -> None:
    sites = [
        Site(id=name, feeder="F1", isp="C1", client="acme", lat=12.9, lon=77.6) for name in "ab"
    ]
    kinds = [domain.partition(":")[0] for domain in Inventory((), sites, ()).domains("", "a")]

    assert kinds == ["site", "feeder", "vicinity", "carrier", "client"]

"""Which sites lie so near each other that they can go dark together, whatever feeds them.

The plane is cut into squares, four times, each time moved by half a square: what lies within half
a square of each other lies in one of them together, and nothing farther than its diagonal does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import asin, cos, floor, radians, sin, sqrt

KM_OF_DEGREE = 111.2
EARTH_RADIUS_KM = 6371.009
"""Mean radius of the Earth (IUGG)."""
HALF_KM = 10.0
"""Ten kilometres: a circle of five around a place. The farthest two in a square are 28 apart."""

Position = tuple[float, float]
"""Latitude and longitude in degrees."""


def vicinities(positions: Mapping[str, Position]) -> dict[str, tuple[str, ...]]:
    """Return by site the names of the vicinities that it shares with others, the smallest first.

    Squares with the same sites are one vicinity.
    """
    squares: defaultdict[tuple[int, int, int], set[str]] = defaultdict(set)
    for site, position in positions.items():
        for square in _squares(position):
            squares[square].add(site)
    distinct = {frozenset(sites): square for square, sites in sorted(squares.items(), reverse=True)}
    found: defaultdict[str, list[str]] = defaultdict(list)
    for sites, square in sorted(distinct.items(), key=lambda item: (len(item[0]), item[1])):
        for site in sites if len(sites) > 1 else ():
            found[site].append("vicinity:{}/{}/{}".format(*square))
    return {site: tuple(names) for site, names in found.items()}


def kilometres(one: Position, other: Position) -> float:
    """Return the great-circle distance of two positions (haversine).

    >>> round(kilometres((51.5, -0.12), (48.86, 2.35)))
    342
    """
    half_lat, half_lon = radians(other[0] - one[0]) / 2, radians(other[1] - one[1]) / 2
    east = cos(radians(one[0])) * cos(radians(other[0])) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(sin(half_lat) ** 2 + east)))


def _squares(position: Position) -> Iterable[tuple[int, int, int]]:
    lat, lon = position
    band = floor(lat)
    north, east = lat * KM_OF_DEGREE, lon * KM_OF_DEGREE * cos(radians(band))
    for shift in range(4):
        x = (east / HALF_KM + shift % 2) // 2
        y = (north / HALF_KM + shift // 2) // 2
        yield shift, int(x), int(y)

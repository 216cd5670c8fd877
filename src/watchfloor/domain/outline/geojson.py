"""Lines and areas of a GeoJSON document (RFC 7946). All else that it says is left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

MOST_SHAPES = 3_000
MOST_POINTS = 30_000
"""Of all shapes: what a browser draws anew at each move of the hand."""
DIGITS = 6
"""Of a degree: a tenth of a metre."""

Position: TypeAlias = tuple[float, float]
"""Longitude and latitude in degrees, as GeoJSON has them."""


class Shape(NamedTuple):
    """A line, or an area: its edge, and the edges of holes in it."""

    is_area: bool
    rings: list[list[Position]]


_COLLECTIONS = {"FeatureCollection": "features", "GeometryCollection": "geometries"}
_PARTS: Mapping[str, Callable[[Any], Iterable[tuple[bool, Any]]]] = {
    "LineString": lambda line: [(False, [line])],
    "MultiLineString": lambda lines: ((False, [line]) for line in _items(lines)),
    "Polygon": lambda rings: [(True, rings)],
    "MultiPolygon": lambda areas: ((True, rings) for rings in _items(areas)),
}


def shapes_of(document: object) -> list[Shape]:
    """Return the lines and areas of a document, in their order.

    Raises: ValueError, with the cure.

    >>> shapes_of({"type": "LineString", "coordinates": [[-0.1, 51.5, 30], [0.2, 51.6]]})
    [Shape(is_area=False, rings=[[(-0.1, 51.5), (0.2, 51.6)]])]
    """
    parts = (part for one in _geometries(document) for part in _parts(one))
    found, points = [], 0
    for is_area, rings in islice(parts, MOST_SHAPES + 1):
        shape = Shape(is_area, [_ring(ring, 3 if is_area else 2) for ring in _items(rings)])
        points += sum(map(len, shape.rings))
        found.append(shape)
        if len(found) > MOST_SHAPES or points > MOST_POINTS:
            most = f"{MOST_SHAPES:,} lines and areas with {MOST_POINTS:,} points together"
            raise ValueError(f"send at most {most}: simplify it in the tool that drew it")
    if not points:
        raise ValueError("there is no line and no area in it")
    return found


def _geometries(document: object) -> Iterator[dict[str, Any]]:
    """Walk without recursion: how deep it is, is not for us to say."""
    ahead = [document]
    while ahead:
        one = ahead.pop()
        if one is None:
            continue  # a feature may lie nowhere
        if not isinstance(one, dict):
            raise ValueError("send a GeoJSON object, such as a FeatureCollection")
        kind = str(one.get("type"))
        if kind in _COLLECTIONS:
            ahead += reversed(_items(one.get(_COLLECTIONS[kind])))
        elif kind == "Feature":
            ahead.append(one.get("geometry"))
        elif kind in _PARTS:
            yield one
        else:
            raise ValueError(f"it holds a {kind[:40]!r}: send lines and polygons only")


def _parts(geometry: dict[str, Any]) -> Iterable[tuple[bool, Any]]:
    return _PARTS[geometry["type"]](geometry.get("coordinates"))


def _ring(raw: object, least: int) -> list[Position]:
    ring = [_position(one) for one in islice(_items(raw), MOST_POINTS + 1)]
    if len(ring) < least:
        raise ValueError("a line needs two points, the edge of an area three")
    return ring


def _position(raw: object) -> Position:
    match raw:
        case [int() | float() as lon, int() | float() as lat, *_]:
            if abs(lon) <= 180 and abs(lat) <= 90:
                return round(float(lon), DIGITS), round(float(lat), DIGITS)
            raise ValueError("a point is not on the Earth: export it in degrees (EPSG:4326)")
        case _:
            raise ValueError("write a point as [longitude, latitude]")


def _items(raw: object) -> list[Any]:
    if not isinstance(raw, list):
        raise ValueError("coordinates, features and geometries are lists")
    return raw

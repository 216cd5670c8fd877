"""The land on which the company's city lies: its coast, its river and its ring road, as GeoJSON."""

from __future__ import annotations

from typing import Any, Final

_LAND = [
    (4.215, 52.17), (4.62, 52.17), (4.62, 51.85), (4.12, 51.85), (4.135, 51.88), (4.15, 51.905),
    (4.138, 51.93), (4.165, 51.952), (4.205, 51.962), (4.208, 51.972), (4.17, 51.975),
    (4.175, 51.99), (4.19, 52.02), (4.188, 52.05), (4.205, 52.08), (4.2, 52.11), (4.222, 52.14),
    (4.215, 52.17),
]  # fmt: skip
_RIVER = [
    (4.62, 51.99), (4.56, 52.005), (4.51, 51.995), (4.46, 52.012), (4.42, 52.006), (4.385, 52.018),
    (4.35, 52.008), (4.31, 51.992), (4.275, 51.984), (4.24, 51.97), (4.207, 51.967),
]  # fmt: skip
_RING = [
    (4.27, 52.03), (4.3, 52.07), (4.36, 52.085), (4.42, 52.07), (4.455, 52.03), (4.45, 51.985),
    (4.41, 51.95), (4.35, 51.937), (4.295, 51.955), (4.265, 51.99), (4.27, 52.03),
]  # fmt: skip
OUTLINE: Final[dict[str, Any]] = {
    "type": "GeometryCollection",
    "geometries": [
        {"type": "Polygon", "coordinates": [_LAND]},
        {"type": "LineString", "coordinates": _RIVER},
        {"type": "LineString", "coordinates": _RING},
    ],
}

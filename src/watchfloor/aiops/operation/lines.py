"""Which sites are heard over one line, so that a cut of it shows in all their devices at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from zlib import crc32

from watchfloor.aiops.operation.directory import DeviceRef

LINE = "line:"
"""What the code of a line begins with."""
TOGETHER = 128
"""Devices that are judged together: enough for a cut of a minute or two to show where each speaks
every quarter of an hour, few enough to be read and written with each batch of beats."""


def lines(carriers: Mapping[str, str], devices: Mapping[str, DeviceRef]) -> dict[str, str]:
    """Return the line of each site whose carrier is known and carries others, too.

    A carrier of many devices counts as several lines. Their number doubles as they grow, so
    a new device seldom moves a site.

    >>> lines({"gate": "North", "yard": "North", "lodge": "South"}, {})
    {'gate': 'line:North:0', 'yard': 'line:North:0'}
    """
    sites = Counter(carriers.values())
    many = Counter(carriers.get(ref.site, "") for ref in devices.values())
    return {
        site: _line(site, carrier, many[carrier])
        for site, carrier in carriers.items()
        if sites[carrier] > 1
    }


def _line(site: str, carrier: str, devices: int) -> str:
    parts = 1 << max(-(-devices // TOGETHER) - 1, 0).bit_length()
    return f"{LINE}{carrier}:{crc32(site.encode()) % parts}"

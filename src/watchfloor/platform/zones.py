"""Names of time zones, and times by their clocks."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from watchfloor.platform.tables import iso_day


def known_zone(name: str) -> str:
    """Return the name. Raises: ValueError that says what to write, for one that IANA has not."""
    if name not in known_zones():
        raise ValueError(f"{name[:64]!r} is not a time zone; use a name such as 'Europe/London'")
    return name


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """Opening a zone instead would also open folders of zones, and fail in ways of its own."""
    return frozenset(available_timezones())


def in_zone(value: Any, zone: str) -> Any:
    """Return a time by the clock of the zone; what says its own zone, or is no time, stays."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(iso_day(value.strip()))
        except ValueError:
            return value
    if isinstance(value, datetime):
        aware = value if value.tzinfo is not None else value.replace(tzinfo=ZoneInfo(zone))
        return aware.astimezone(UTC).isoformat()
    return value

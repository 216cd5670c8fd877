"""Names of time zones."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones


def known_zone(name: str) -> str:
    """Return the name. Raises: ValueError that says what to write, for one that IANA has not."""
    if name not in known_zones():
        raise ValueError(f"{name[:64]!r} is not a time zone; use a name such as 'Europe/London'")
    return name


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """Opening a zone instead would also open folders of zones, and fail in ways of its own."""
    return frozenset(available_timezones())

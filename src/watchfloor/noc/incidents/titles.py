"""What an incident is called: made from its members, so that it grows with them."""

from __future__ import annotations

from watchfloor.noc.clustering.store import ClusterFigures

LONGEST = 200
NAMED_TYPES = 2


def of(figures: ClusterFigures) -> str:
    """Return what one alert says; for more, their types, how many, and around what.

    >>> from datetime import datetime, UTC
    >>> from uuid import UUID
    >>> one = ClusterFigures(UUID(int=1), 3, 9, datetime(2026, 3, 2, tzinfo=UTC),
    ...     datetime(2026, 3, 2, tzinfo=UTC), 4, 3, 3, 3, ["S1"], ["POWER", "UPS"],
    ...     "feeder-2", "", False, None, [])
    >>> of(one)
    'Power, ups: 3 alerts around feeder-2'
    """
    types = _types(figures.types)
    if figures.alerts == 1:
        return _cut(_of_one(types, figures.entity, figures.message))
    return _cut(f"{types}: {figures.alerts} alerts{_where(figures)}")


def of_types(types: list[str], alerts: int) -> str:
    """Return what is left of a title where no words of senders and people may stand.

    >>> of_types(["POWER", "UPS"], 3), of_types(["DOOR_FORCED"], 1)
    ('Power, ups: 3 alerts', 'Door forced')
    """
    return _cut(f"{_types(types)}: {alerts} alerts" if alerts > 1 else _types(types))


def _of_one(kind: str, entity: str, message: str) -> str:
    """Name the thing only where the message does not."""
    thing = f" on {entity}" if entity and entity not in message else ""
    return f"{kind}{thing}: {message}" if message else f"{kind}{thing}"


def _where(figures: ClusterFigures) -> str:
    if len(figures.sites) > 1:
        return f" at {len(figures.sites)} sites"
    return f" around {figures.entity}" if figures.entity else ""


def _types(types: list[str]) -> str:
    named = ", ".join(_spoken(kind) for kind in types[:NAMED_TYPES])
    named = named[:1].upper() + named[1:]
    more = len(types) - NAMED_TYPES
    return f"{named} and {more} more" if more > 0 else named


def _spoken(kind: str) -> str:
    """Return a type as people say it.

    >>> _spoken("DEVICE_OFFLINE"), _spoken("Wazuh-Web4xx")
    ('device offline', 'Wazuh-Web4xx')
    """
    return kind.replace("_", " ").lower() if kind.isupper() else kind


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

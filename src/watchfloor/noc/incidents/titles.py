"""What an incident is called: made from its members, so that it grows with them."""

from __future__ import annotations

from watchfloor.noc.clustering.store import ClusterFigures

LONGEST = 200
NAMED_TYPES = 2


def of(figures: ClusterFigures) -> str:
    """Return, for one alert, its type, thing and place; for more, the types and how many.

    >>> from datetime import datetime, UTC
    >>> from uuid import UUID
    >>> one = ClusterFigures(UUID(int=1), 3, 9, datetime(2026, 3, 2, tzinfo=UTC),
    ...     datetime(2026, 3, 2, tzinfo=UTC), 4, 3, 3, 3, ["S1"], ["POWER", "UPS"], [], [],
    ...     "feeder-2", "", False, None)
    >>> of(one)
    'POWER, UPS: 3 alerts around feeder-2'
    """
    types = _types(figures.types)
    if figures.alerts == 1:
        title = f"{types} on {figures.entity}" if figures.entity else types
        return _cut(f"{title}: {figures.message}" if figures.message else title)
    around = f" around {figures.entity}" if figures.entity else ""
    return _cut(f"{types}: {figures.alerts} alerts{around}")


def _types(types: list[str]) -> str:
    named = ", ".join(types[:NAMED_TYPES])
    more = len(types) - NAMED_TYPES
    return f"{named} and {more} more" if more > 0 else named


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

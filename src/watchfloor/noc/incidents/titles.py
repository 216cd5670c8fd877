"""What an incident is called: made from its members, so that it grows with them."""

from __future__ import annotations

from watchfloor.aiops import titles
from watchfloor.noc.clustering.store import ClusterFigures, FirstAlert

CALLED_BY_PLACE = frozenset({"site", "shift", "shift_assignment", "tour"})
"""Nobody knows these by their codes: where they are says more."""


def of(figures: ClusterFigures) -> str:
    """Return what one alert says; for more, their types, how many, and around what.

    >>> from datetime import datetime, UTC
    >>> from uuid import UUID
    >>> one = ClusterFigures(UUID(int=1), 3, 9, datetime(2026, 3, 2, tzinfo=UTC),
    ...     datetime(2026, 3, 2, tzinfo=UTC), 4, 3, 3, 3, ["S1"], ["POWER", "UPS"],
    ...     False, None, [], FirstAlert(entity="feeder-2", site="S1", site_name="Harbour"))
    >>> of(one)
    'Power, UPS: 3 alerts around feeder-2 at Harbour'
    """
    first = figures.first
    if figures.alerts == 1 and first.is_of_floor and first.message:
        return titles.cut(first.message).removesuffix(".")
    thing, place = _thing(first), _place(first)
    if figures.alerts == 1:
        return titles.of_one(figures.types[0], first.message, thing=thing, place=place)
    if len(figures.places) > 1:
        # Who sees one of the places is not to learn what is at another.
        return titles.of_many(figures.types, figures.alerts, sites=len(figures.sites))
    sites = len(figures.sites)
    return titles.of_many(figures.types, figures.alerts, sites=sites, thing=thing, place=place)


def of_types(types: list[str], alerts: int) -> str:
    """Return what is left of a title where no words of senders and people may stand.

    >>> of_types(["POWER", "UPS"], 3), of_types(["DOOR_FORCED"], 1)
    ('Power, UPS: 3 alerts', 'Door forced')
    """
    return titles.of_many(types, alerts) if alerts > 1 else titles.kinds(types)


def _thing(first: FirstAlert) -> str:
    """Return what the first alert is about by its name, else by its code."""
    if first.entity and first.entity != first.device:
        return "" if first.entity_type.lower() in CALLED_BY_PLACE else first.entity
    return titles.called(first.device, first.device_name)


def _place(first: FirstAlert) -> str:
    """Return the name of the site; a bare code only where nothing else says what it is about."""
    name = titles.called(first.site, first.site_name)
    return name if name != first.site or not _thing(first) else ""

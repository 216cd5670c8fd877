"""What an incident of a rehearsal is called."""

from __future__ import annotations

from watchfloor.aiops import titles
from watchfloor.aiops.rehearsal.side import Tally


def title(tally: Tally) -> str:
    """Return what the incident would be called on a floor, by what reports say of themselves."""
    thing = thing_of(tally.thing)
    place = "" if thing else tally.site
    if tally.alerts <= 1:
        return titles.of_one(tally.alert_type, tally.message, thing=thing, place=place)
    kinds = sorted(tally.types, key=lambda kind: -tally.types[kind])
    sites = len(tally.sites)
    return titles.of_many(kinds, tally.alerts, sites=sites, thing=thing, place=place)


def thing_of(entity: str) -> str:
    """Return the name of the thing; the core puts its kind and a colon before it."""
    kind, colon, name = entity.partition(":")
    return name if colon and (not kind or kind.isupper()) else entity

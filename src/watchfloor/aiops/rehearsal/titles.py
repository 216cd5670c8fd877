"""What an incident of a rehearsal is called."""

from __future__ import annotations

from watchfloor.aiops.rehearsal.side import Tally


def title(tally: Tally) -> str:
    """Return what the incident would be called: kinds, how many, and around what."""
    if tally.alerts <= 1 and tally.message:
        return tally.message
    kinds = [spoken(kind) for kind in sorted(tally.types, key=lambda k: -tally.types[k])]
    named = ", ".join(kinds[:2]) + (f" and {len(kinds) - 2} more" if len(kinds) > 2 else "")
    named = named[:1].upper() + named[1:]
    if len(tally.sites) > 1:
        return f"{named}: {tally.alerts} alerts at {len(tally.sites)} sites"
    thing = thing_of(tally.thing) or tally.site
    return f"{named}: {tally.alerts} alerts" + (f" around {thing}" if thing else "")


def thing_of(entity: str) -> str:
    """Return the name of the thing; the core puts its kind and a colon before it."""
    kind, colon, name = entity.partition(":")
    return name if colon and (not kind or kind.isupper()) else entity


def spoken(kind: str) -> str:
    """Return an alert type as people say it.

    >>> spoken("DEVICE_OFFLINE"), spoken("Wazuh-Web4xx")
    ('device offline', 'Wazuh-Web4xx')
    """
    return kind.replace("_", " ").lower() if kind.isupper() else kind

"""What alerts and incidents are called, wherever that is shown: what is wrong, and where."""

from __future__ import annotations

from collections.abc import Sequence

from watchfloor.aiops.correlation.fingerprint import holds_name

LONGEST = 200
NAMED_TYPES = 2


def of_one(kind: str, message: str, *, thing: str = "", place: str = "") -> str:
    """Return the title of one alert: thing and place only where its message does not name them.

    >>> of_one("VIDEO_LOSS", "no picture from Camera 3", thing="Camera 3", place="Harbour")
    'Video loss at Harbour: no picture from Camera 3'
    >>> of_one("VIDEO_LOSS", "", thing="Camera 3"), of_one("FIRE", "Smoke in the hall")
    ('Video loss on Camera 3', 'Fire: Smoke in the hall')
    """
    on = f" on {thing}" if thing and not holds_name(message, thing) else ""
    at = f" at {place}" if place and not holds_name(f"{message} {thing}", place) else ""
    return cut(f"{kinds([kind])}{on}{at}" + (f": {message}" if message else ""))


def of_many(
    types: Sequence[str], alerts: int, *, sites: int = 1, thing: str = "", place: str = ""
) -> str:
    """Return the title of several: their types, how many, and around what.

    >>> of_many(["POWER", "UPS"], 3, thing="feeder-2")
    'Power, UPS: 3 alerts around feeder-2'
    >>> of_many(["POWER"], 9, sites=4), of_many(["POWER"], 2, thing="Panel", place="Harbour")
    ('Power: 9 alerts at 4 sites', 'Power: 2 alerts around Panel at Harbour')
    """
    told = f"{kinds(types)}: {alerts} alerts"
    if sites > 1:
        return cut(f"{told} at {sites} sites")
    if thing:
        return cut(f"{told} around {placed(thing, place)}")
    return cut(f"{told} at {place}" if place else told)


def kinds(types: Sequence[str]) -> str:
    """Return types in a row as people say them, the first ones by name.

    >>> kinds(["POWER", "UPS", "LINK_DOWN"]), kinds(["DOOR_FORCED"])
    ('Power, UPS and 1 more', 'Door forced')
    """
    named = ", ".join(spoken(kind) for kind in types[:NAMED_TYPES])
    more = len(types) - NAMED_TYPES
    return begun(f"{named} and {more} more" if more > 0 else named)


def spoken(kind: str) -> str:
    """Return a type as people say it.

    >>> spoken("DEVICE_OFFLINE"), spoken("SLA_BREACH"), spoken("Wazuh-Web4xx")
    ('device offline', 'SLA breach', 'Wazuh-Web4xx')
    """
    if not kind.isupper():
        return kind
    words = kind.replace("_", " ").lower().split(" ")
    return " ".join(word.upper() if word in _LETTERS else word for word in words)


def begun(text: str) -> str:
    """Return the text as a sentence begins."""
    return text[:1].upper() + text[1:]


def cut(text: str) -> str:
    """Return the text on one line, cut between two words where it is too long.

    >>> cut("never  mind"), len(cut("never mind " * 40)), cut("never mind " * 40)[-11:]
    ('never mind', 198, 'never mind…')
    """
    text = " ".join(text.split())
    if len(text) <= LONGEST:
        return text
    kept = text[: LONGEST - 1]
    whole = kept if text[LONGEST - 1] == " " else kept.rpartition(" ")[0] or kept
    return f"{whole.rstrip(' ,;:-')}…"


def placed(name: str, place: str) -> str:
    """Return a name with its place, which many names hold already.

    >>> placed("Camera 14", "Harbour"), placed("Gate of Harbour", "Harbour")
    ('Camera 14 at Harbour', 'Gate of Harbour')
    """
    if not (name and place) or holds_name(name, place):
        return name or place
    return f"{name} at {place}"


def called(code: str, name: str) -> str:
    """Return what people call a thing. Lists of devices often put the code before the name.

    >>> called("C-03", "C-03 Camera 3"), called("C-03", "C-03"), called("C-03", "")
    ('Camera 3', 'C-03', 'C-03')
    """
    return name.removeprefix(code).strip(" -:,") or code


_LETTERS = frozenset({"ac", "cpu", "gps", "nvr", "sla", "sos", "ups"})
"""What people spell in capitals."""

"""How a sentence says things, places and moments: as people of the site call them.

A person in an operations room reads the sentence, perhaps in the middle of the night: names of
things, not their codes; the clock on the wall of the site. People are named by code only.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from watchfloor.aiops import titles
from watchfloor.aiops.correlation.fingerprint import holds_name
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.types import Seconds

_MINUTE: Seconds = 60.0
_WEEK = 7
_NIGHT_ENDS, _EVENING_BEGINS, _NIGHT_BEGINS = 6, 17, 22
"""Hours in which the middle of a shift lies that is called so."""


def thing(kind: str, code: str, site: str, directory: Directory) -> str:
    """Return a thing and where it is: "Camera 14 at Harbour"."""
    return placed(directory.called(kind, code), site, directory)


def placed(name: str, site: str, directory: Directory) -> str:
    """Return a name with that of its site."""
    return titles.placed(name, directory.called("site", site))


def at_site(site: str, directory: Directory, part: str = "") -> str:
    """Return " at Harbour, vault", to stand behind a word; nothing where nobody said where."""
    called = directory.called("site", site)
    if called and not holds_name(part, called):
        return f" at {called}, {part}" if part else f" at {called}"
    return f" at {part}" if part else ""


def clock(moment: Seconds, site: str, directory: Directory, *, beside: Seconds) -> str:
    """Return a moment by the clock of its site, with as much of the date as `beside` leaves open.

    Of a site that nobody knows it is the world's clock, and says so.
    """
    ref = directory.sites.get(site)
    told = _told(int(moment // _MINUTE), int(beside // _MINUTE), ref.time_zone if ref else "UTC")
    return told if ref else f"{told} UTC"


@lru_cache(maxsize=4096)
def _told(minute: int, beside: int, time_zone: str) -> str:
    """Return what is said of a minute: of many devices that are dark, the same again and again."""
    zone = ZoneInfo(time_zone)
    told, now = (datetime.fromtimestamp(_MINUTE * one, zone) for one in (minute, beside))
    return short(told, now)


def short(told: datetime, now: datetime) -> str:
    """Return the time of day; the weekday before that, and the date of what is a week away.

    >>> now = datetime(2026, 3, 4, 0, 30)
    >>> short(datetime(2026, 3, 4, 0, 10), now), short(datetime(2026, 3, 3, 22, 0), now)
    ('00:10', 'Tue 22:00')
    >>> short(datetime(2026, 2, 3, 22, 0), now)
    '3 Feb 22:00'
    """
    if told.date() == now.date():
        return f"{told:%H:%M}"
    days = abs((told.date() - now.date()).days)
    return f"{told:%a %H:%M}" if days < _WEEK else f"{told.day} {told:%b %H:%M}"


def part_of_day(middle: datetime) -> str:
    """Return what a shift is called by the hour in its middle.

    >>> part_of_day(datetime(2026, 3, 4, 2)), part_of_day(datetime(2026, 3, 4, 10))
    ('night', 'day')
    """
    if middle.hour < _NIGHT_ENDS or middle.hour >= _NIGHT_BEGINS:
        return "night"
    return "day" if middle.hour < _EVENING_BEGINS else "evening"

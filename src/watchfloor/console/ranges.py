"""The time range of a list, as its address says it: back from now, or between two moments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.http import QueryDict

from watchfloor.platform.errors import Invalid


class Back(NamedTuple):
    """A range that ends now; without a length it begins with the reader's own shift."""

    name: str
    length: timedelta | None


SHORT: Mapping[str, Back] = {
    "1h": Back("Last hour", timedelta(hours=1)),
    "8h": Back("Last 8 hours", timedelta(hours=8)),
    "24h": Back("Last 24 hours", timedelta(hours=24)),
    "7d": Back("Last 7 days", timedelta(days=7)),
    "shift": Back("This shift", None),
}
LONG: Mapping[str, Back] = {
    "7d": SHORT["7d"],
    "30d": Back("Last 30 days", timedelta(days=30)),
    "90d": Back("Last 90 days", timedelta(days=90)),
    "365d": Back("Last 365 days", timedelta(days=365)),
}
LONGEST = timedelta(days=366)
"""What a report over a range can bear; a list ends at its last row anyway."""


@dataclass(frozen=True, slots=True)
class Reader:
    """By whose clock days are read, and since when they are at their desk."""

    now: datetime
    zone: ZoneInfo
    shift_began: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From `since` to before `until`, each open where it is None.

    `back` is the key of a relative one. `refused` says what was wrong with the address, and the
    cure: nothing of the range is applied then.
    """

    choices: Mapping[str, Back]
    since: datetime | None = None
    until: datetime | None = None
    back: str = ""
    refused: str = ""

    @classmethod
    def read(
        cls, query: QueryDict, reader: Reader, *,
        choices: Mapping[str, Back] = SHORT, usual: str = "", longest: timedelta | None = None,
    ) -> TimeRange:  # fmt: skip
        """Return what `query` asks for, else the `usual` one; with `longest`, one no longer."""
        usually = cls._back(usual, reader, choices) if usual else cls(choices)
        try:
            found = cls._asked(query, reader, choices, usually)
            _check(found, longest)
        except _Wrong as wrong:
            return cls(choices, usually.since, None, usually.back, str(wrong))
        return found

    @classmethod
    def _asked(
        cls, query: QueryDict, reader: Reader, choices: Mapping[str, Back], usually: TimeRange
    ) -> TimeRange:
        since = _moment(query, "since", reader.zone)
        until = _moment(query, "until", reader.zone, is_last=True)
        if since or until:
            return cls(choices, since, until)
        if not (back := query.get("range", "")):
            return usually
        if back not in choices:
            raise _Wrong(f"range: choose one of {', '.join(choices)}.")
        return cls._back(back, reader, choices)

    @classmethod
    def _back(cls, back: str, reader: Reader, choices: Mapping[str, Back]) -> TimeRange:
        length = choices[back].length
        since = reader.now - length if length else reader.shift_began()
        return cls(choices, since, None, back)

    @property
    def is_set(self) -> bool:
        return bool(self.since or self.until)

    @property
    def name(self) -> str:
        return self.choices[self.back].name if self.back else ""

    @property
    def asked(self) -> dict[str, str]:
        """Return it as an address carries it."""
        if self.back:
            return {"range": self.back}
        ends = {"since": self.since, "until": self.until}
        return {name: at.isoformat() for name, at in ends.items() if at}

    def rule(self, column: str) -> Q:
        """Return the filter of what has its time within."""
        rule = Q(**{f"{column}__gte": self.since}) if self.since else Q()
        return rule & Q(**{f"{column}__lt": self.until}) if self.until else rule


class _Wrong(Exception):
    """What is wrong with an address: the parameter and the cure."""


def moment(query: QueryDict, name: str, reader: Reader) -> datetime:
    """Return one moment of an address. Raises: Invalid that names it, and the cure."""
    try:
        found = _moment(query, name, reader.zone)
    except _Wrong as wrong:
        cure = str(wrong).partition(": ")[2].rstrip(".")
        raise Invalid("This is no time.", fields={name: cure}) from None
    if found is None:
        raise Invalid("This is no time.", fields={name: "say which one"})
    return found


def _check(found: TimeRange, longest: timedelta | None) -> None:
    if found.since and found.until and found.since >= found.until:
        raise _Wrong("until: choose a time after the one that the range begins with.")
    if longest is None:
        return
    if found.since is None:
        raise _Wrong("since: say when the range begins.")
    end = found.until or found.since + longest
    if end - found.since > longest:
        raise _Wrong(f"until: choose a time at most {longest.days} days after the first one.")


def _moment(
    query: QueryDict, name: str, zone: ZoneInfo, *, is_last: bool = False
) -> datetime | None:
    if not (text := query.get(name, "").strip()):
        return None
    try:
        return _instant(text, zone, is_last=is_last)
    except (ValueError, OverflowError):
        cure = "write a day, or a time with its zone as 2026-03-02T02:09:00Z"
        raise _Wrong(f"{name}: {cure}.") from None


def _instant(text: str, zone: ZoneInfo, *, is_last: bool) -> datetime:
    """Return the moment; a date is a day of `zone`, which a range that it ends holds whole."""
    if len(text) == len("2026-03-02"):
        day = date.fromisoformat(text) + timedelta(days=is_last)
        return datetime.combine(day, time.min, zone).astimezone(UTC)
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError("a time without its zone")
    return read.astimezone(UTC)

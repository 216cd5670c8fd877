"""How a source speaks, learnt from when it is heard, so that a silence unlike it can be told.

Each hour of the week has a rate: the share of its minutes in which the source speaks. A pause
weighs as many spoken minutes as were to be expected in it, so that a night weighs little where
nights are quiet. A silence is unlike the source once it weighs twice its heaviest pause of late:
where pauses are as chance makes them, the heaviest of N is passed twofold about once in N times
as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from watchfloor.aiops.types import Seconds

MINUTE: Seconds = 60.0
HOUR: Seconds = 3600.0
DAY: Seconds = 24 * HOUR
HOURS_OF_WEEK = 168
FIRST: Seconds = DAY
"""Known for less, a source has no rhythm yet."""
FEWEST = 30.0
"""With fewer spoken minutes in memory, it has none either."""
HALF_LIFE: Seconds = 14 * DAY
PAUSES = 16
PAUSES_LAST: Seconds = 28 * DAY
TIMES_HEAVIEST = 2.0
SHORTEST: Seconds = 5 * MINUTE
LONGEST: Seconds = 7 * DAY
"""A source whose silence would be told later than this is too rare to be missed."""
_PRIOR = 60.0
"""Minutes for which an hour of the week is believed to be as its hour of the day, and that as
all hours."""


class Unknown(StrEnum):
    """Why nothing can be said of a silence."""

    NEW = "new"
    RARE = "rare"


@dataclass(frozen=True, slots=True)
class Expected:
    """From when on a silence is unlike the source, counted from its last word.

    `usual`: how long it takes at this hour from one spoken minute to the next, on average.
    """

    limit: Seconds
    usual: Seconds


class Rhythm(msgspec.Struct):
    """What is known of one source. Bounded, however long it is listened to."""

    begun_at: Seconds
    heard_until: Seconds
    """Everything before was listened to, or is not known."""
    quiet_since: Seconds
    """End of the last minute in which it spoke, or the beginning of listening."""
    spoken: list[float] = msgspec.field(default_factory=lambda: [0.0] * HOURS_OF_WEEK)
    watched: list[float] = msgspec.field(default_factory=lambda: [0.0] * HOURS_OF_WEEK)
    """Minutes in each hour of the week, the older the lighter."""
    pauses: list[tuple[Seconds, Seconds]] = []
    """The heaviest of late."""

    @classmethod
    def begin(cls, at: Seconds) -> Rhythm:
        at = _minute(at)
        return cls(at, at, at)

    def hear(self, minutes: Iterable[Seconds], *, until: Seconds, is_told: bool = False) -> None:
        """Go on to `until`; `minutes` are times within those in which it spoke, ascending.

        `is_told`: the silence so far was told. It was an outage, and no pause to learn from.
        """
        until = _minute(until)
        if until <= self.heard_until:
            return
        self._fade(until)
        since, pauses = self.heard_until, list(self.pauses)
        for hour, share in _hours(since, until):
            self.watched[hour] += share
        for at in map(_minute, minutes):
            if not since <= at < until or at < self.quiet_since:
                continue
            if at > self.quiet_since and not is_told:
                pauses.append((self.quiet_since, at))
            self.spoken[_hour(at)] += 1.0
            self.quiet_since, is_told = at + MINUTE, False
        self.heard_until = until
        self.pauses = self._heaviest(pauses)

    def miss(self, until: Seconds) -> None:
        """The floor itself was away until then: the silence of that time says nothing."""
        until = _minute(until)
        self.heard_until = max(self.heard_until, until)
        self.quiet_since = max(self.quiet_since, until)

    def expected(self) -> Expected | Unknown:
        """Return when the silence that goes on is unlike the source, or why nobody can say."""
        if self.heard_until - self.begun_at < FIRST:
            return Unknown.NEW
        if sum(self.spoken) < FEWEST:
            return Unknown.RARE
        rates = self._rates()
        heaviest = max((_weight(rates, *pause) for pause in self.pauses), default=0.0)
        limit = _reached(rates, self.quiet_since, TIMES_HEAVIEST * max(heaviest, 1.0))
        if limit is None:
            return Unknown.RARE
        usual = MINUTE / rates[_hour(self.heard_until)]
        return Expected(max(limit, SHORTEST), usual)

    def _rates(self) -> list[float]:
        overall = sum(self.spoken) / max(sum(self.watched), 1.0)
        rates = []
        for hour in range(HOURS_OF_WEEK):
            of_day = slice(hour % 24, None, 24)
            daily = _shrunk(sum(self.spoken[of_day]), sum(self.watched[of_day]), overall)
            rates.append(_shrunk(self.spoken[hour], self.watched[hour], daily))
        return rates

    def _fade(self, until: Seconds) -> None:
        kept = 0.5 ** ((until - self.heard_until) / HALF_LIFE)
        self.spoken = [minutes * kept for minutes in self.spoken]
        self.watched = [minutes * kept for minutes in self.watched]

    def _heaviest(self, pauses: list[tuple[Seconds, Seconds]]) -> list[tuple[Seconds, Seconds]]:
        late = [pause for pause in pauses if pause[1] > self.heard_until - PAUSES_LAST]
        if len(late) <= PAUSES:
            return late
        rates = self._rates()
        return sorted(late, key=lambda pause: _weight(rates, *pause))[-PAUSES:]


def _shrunk(spoken: float, watched: float, towards: float) -> float:
    return (spoken + _PRIOR * towards) / (watched + _PRIOR)


def _weight(rates: Sequence[float], since: Seconds, until: Seconds) -> float:
    return sum(rates[hour] * minutes for hour, minutes in _hours(since, until))


def _reached(rates: Sequence[float], since: Seconds, weight: float) -> Seconds | None:
    """Return after how long a silence weighs so much, None where that is too far off."""
    passed = 0.0
    for hour, minutes in _hours(since, since + LONGEST):
        if rates[hour] * minutes >= weight:
            return passed + weight / rates[hour] * MINUTE
        weight -= rates[hour] * minutes
        passed += minutes * MINUTE
    return None


def _hours(since: Seconds, until: Seconds) -> Iterator[tuple[int, float]]:
    """Yield the hours of the week that a time touches, and the minutes in each."""
    while since < until:
        end = min(until, (since // HOUR + 1) * HOUR)
        yield _hour(since), (end - since) / MINUTE
        since = end


def _hour(at: Seconds) -> int:
    return int(at // HOUR) % HOURS_OF_WEEK


def _minute(at: Seconds) -> Seconds:
    return at // MINUTE * MINUTE

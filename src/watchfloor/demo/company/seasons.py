"""The calendar and the weather, as far as they make things happen more or less often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random
from zoneinfo import ZoneInfo

from watchfloor.aiops.types import Seconds
from watchfloor.demo.world import ZONE

MINUTE: Seconds = 60.0
HOUR: Seconds = 3600.0
DAY: Seconds = 86400.0
WEEK: Seconds = 7 * DAY
HOLIDAYS = ((1, 1), (4, 27), (12, 25), (12, 26))
RAIN_BY_MONTH = (0.55, 0.5, 0.45, 0.4, 0.4, 0.42, 0.45, 0.45, 0.45, 0.52, 0.58, 0.58)
STORMS_AMONG_RAIN = 0.12
OPENS, CLOSES = 8, 18
"""Business hours of the guarded places, in local time."""


@dataclass(frozen=True, slots=True)
class Weather:
    rain: bool
    storm: bool


@dataclass(frozen=True)
class Seasons:
    seed: int

    @cached_property
    def _days(self) -> dict[date, Weather]:
        return {}

    def weather(self, at: Seconds) -> Weather:
        return self.weather_of(local(at).date())

    def weather_of(self, day: date) -> Weather:
        if day not in self._days:
            rng = Random(f"{self.seed}:weather:{day}")  # noqa: S311 - no secret is made of it
            rain = rng.random() < RAIN_BY_MONTH[day.month - 1]
            self._days[day] = Weather(rain, rain and rng.random() < STORMS_AMONG_RAIN)
        return self._days[day]

    def strain(self, at: Seconds) -> float:
        """Return how much likelier than on a dry day power and lines fail; 1 is usual."""
        weather = self.weather(at)
        return 6.0 if weather.storm else 1.6 if weather.rain else 0.8

    def absence(self, at: Seconds) -> float:
        """Return how much likelier than on a weekday somebody does not come; 1 is usual."""
        factor = 1.5 if is_day_off(local(at)) else 1.0
        return factor * (1.25 if self.weather(at).rain else 1.0)


def local(at: Seconds) -> datetime:
    return datetime.fromtimestamp(at, ZoneInfo(ZONE))


def at_local(day: date, hour: int, minute: int = 0) -> Seconds:
    """Return when clocks on the walls show the time on that day."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(ZONE)).timestamp()


def next_local(at: Seconds, hour: int) -> Seconds:
    """Return the next time at which clocks show the full hour."""
    day = local(at).date()
    today = at_local(day, hour)
    return today if today > at else at_local(day + timedelta(days=1), hour)


def is_day_off(moment: datetime) -> bool:
    return moment.weekday() >= 5 or (moment.month, moment.day) in HOLIDAYS


def is_business(at: Seconds) -> bool:
    moment = local(at)
    return not is_day_off(moment) and OPENS <= moment.hour < CLOSES


def is_night(at: Seconds) -> bool:
    return not 6 <= local(at).hour < 22

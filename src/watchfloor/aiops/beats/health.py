"""How well a device is, from 0 to 100: by battery, reception, warmth, and how much it was up."""

from __future__ import annotations

from enum import StrEnum
from math import exp

from watchfloor.aiops.types import Seconds

WINDOW: Seconds = 72 * 3600
"""So far back reaches how much a device was up."""
BATTERY, SIGNAL, UPTIME, TEMPERATURE = 0.4, 0.3, 0.2, 0.1
"""Weights. What a device does not tell leaves its weight to the rest."""
_WORST_DBM, _BEST_DBM = -110.0, -50.0
"""At -50 dBm reception is as good as it gets; at -110 dBm it is at its end."""
_COMFORT = (0.0, 45.0)
"""Degrees Celsius between which electronics are well."""
_TOLERATED = 25.0
"""Degrees beyond, at which they fail."""


class Health(StrEnum):
    GOOD = "good"
    FAIR = "fair"
    WARNING = "warning"
    CRITICAL = "critical"

    @classmethod
    def of(cls, score: float) -> Health:
        if score >= 80:
            return cls.GOOD
        if score >= 60:
            return cls.FAIR
        return cls.WARNING if score >= 40 else cls.CRITICAL


def score(
    *,
    battery: float | None = None,
    signal: float | None = None,
    uptime: float | None = None,
    temperature: float | None = None,
) -> float | None:
    """Return 0 to 100, None if nothing is known.

    `battery` in per cent, `signal` in dBm, `uptime` as a share, `temperature` in degrees Celsius.

    >>> round(score(battery=100, signal=-50, uptime=1, temperature=20))
    100
    >>> round(score(battery=50, signal=-110))
    29
    """
    parts = [
        (BATTERY, battery),
        (SIGNAL, None if signal is None else _of_signal(signal)),
        (UPTIME, None if uptime is None else 100 * uptime),
        (TEMPERATURE, None if temperature is None else _of_temperature(temperature)),
    ]
    known = [(weight, value) for weight, value in parts if value is not None]
    if not known:
        return None
    return sum(weight * value for weight, value in known) / sum(weight for weight, _ in known)


def uptime_after(uptime: float, pause: Seconds, usual: Seconds) -> float:
    """Return the share of late in which a device was up, after one more pause between its beats.

    >>> round(uptime_after(1.0, 24 * 3600, usual=60), 2)
    0.72
    """
    up = 1.0 if pause <= 1.5 * usual else usual / pause
    kept = exp(-max(pause, 0.0) / WINDOW)
    return uptime * kept + up * (1.0 - kept)


def usual_after(usual: Seconds, pause: Seconds) -> Seconds:
    """Return how long a device usually is between two beats, after one more pause.

    A pause counts for at most half as much again or half as much less: one outage changes little.

    >>> usual_after(0, 60), usual_after(60, 86_400), usual_after(60, 61)
    (60, 63.0, 60.1)
    """
    if not usual:
        return pause
    return usual + 0.1 * (min(max(pause, 0.5 * usual), 1.5 * usual) - usual)


def _of_signal(dbm: float) -> float:
    return 100 * min(max((dbm - _WORST_DBM) / (_BEST_DBM - _WORST_DBM), 0.0), 1.0)


def _of_temperature(degrees: float) -> float:
    cold, hot = _COMFORT
    beyond = max(cold - degrees, degrees - hot, 0.0)
    return 100 * max(1.0 - beyond / _TOLERATED, 0.0)

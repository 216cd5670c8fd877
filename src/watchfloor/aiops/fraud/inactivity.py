"""A guard on duty of whom nothing is heard: asleep, away, or just quiet.

How long a silence has to be depends on who is silent. Somebody heard of every ten minutes is not
awake after two hours of nothing; somebody heard of twice a shift may well be. Signs of life (phone,
movement, tasks, scans) are taken as a Poisson process with the person's own rate, those of five
minutes as one, since they come in bunches: a silence is by so much likelier of a sleeper. Who is
heard of often is silent often, too, and each silence has its own chance to be a long one.
"""

from __future__ import annotations

from math import exp, log

from watchfloor.aiops.types import Seconds

WINDOW: Seconds = 7200.0
"""No silence is told of before, however lively a person is."""
BUNCH: Seconds = 300.0
MOVED_M = 10.0
"""Less is a receiver's trembling."""
PRIOR, PRIOR_DEEP_NIGHT = 0.005, 0.015
"""How often a guard is asleep or away on a shift before anything is known, one in two hundred by
judgement, and three times as often in the hours in which people fall asleep."""
DEEP_NIGHT = range(1, 5)
"""Hours of the site's clock."""
SURE = 0.8
_SHIFT: Seconds = 8 * 3600.0
_WORTH = 0.25
"""Shifts that it counts for that people are heard of once a shift: little, so that somebody who is
lively in the first hours is taken for it."""
_MOST_EVIDENCE = 50.0


def rate(heard: float, on_duty_s: Seconds) -> float:
    """Return how often a person is heard of, in 1/s, shrunk towards once a shift."""
    return (heard + _WORTH) / (on_duty_s + _WORTH * _SHIFT)


def confidence(rate_s: float, silent_s: Seconds, hour: int) -> float:
    """Return how likely it is that nobody is awake there.

    >>> round(confidence(rate(240, 40 * 3600), 7200, hour=14), 2)  # heard of six times an hour
    0.91
    >>> round(confidence(rate(20, 40 * 3600), 7200, hour=14), 2)
    0.0
    """
    odds = _prior_odds(rate_s, hour) * exp(min(rate_s * silent_s, _MOST_EVIDENCE))
    return odds / (1.0 + odds)


def needed_s(rate_s: float, hour: int, sure: float = SURE) -> Seconds:
    """Return after how much silence the confidence reaches `sure`."""
    return (log(sure / (1.0 - sure)) - log(_prior_odds(rate_s, hour))) / rate_s


def _prior_odds(rate_s: float, hour: int) -> float:
    """Return the odds that a silence which begins is one of sleep, and not one of the others."""
    prior = PRIOR_DEEP_NIGHT if hour in DEEP_NIGHT else PRIOR
    return prior / (1.0 - prior) / max(rate_s * _SHIFT, 1.0)

"""How sure a share is: Wilson's interval at 95 % to one side."""

from __future__ import annotations

from math import exp, log, sqrt

_Z = 1.645


def lower(hits: float, of: float) -> float:
    """Return what the true share is above, 19 times in 20; 0 without a sample.

    >>> round(lower(20, 20), 2), round(lower(200, 200), 2), lower(0, 0)
    (0.88, 0.99, 0.0)
    """
    if of <= 0.0:
        return 0.0
    share = min(max(hits / of, 0.0), 1.0)
    z2 = _Z * _Z / of
    middle = share + z2 / 2
    spread = _Z * sqrt(share * (1 - share) / of + z2 / (4 * of))
    return max(0.0, (middle - spread) / (1 + z2))


_MANY = 30.0
_CLEARLY = 5.0
"""Nats; 4.6 are one in 100."""


def is_surprising(count: int, expected: float) -> bool:
    """Whether chance brings `count` or more, where `expected` are usual, once in 100 (Poisson).

    >>> is_surprising(2, 0.1), is_surprising(1, 0.1), is_surprising(130, 100)
    (True, False, True)
    """
    if count <= expected:
        return False
    if expected > _MANY:
        return count - 0.5 > expected + 2.326 * sqrt(expected)
    if expected <= 0.0 or count * log(count / expected) - count + expected > _CLEARLY:
        return True  # Chernoff's bound on the tail: the common case of a rush, and the quick one
    return _tail(count, expected) < 0.01


def _tail(count: int, expected: float) -> float:
    term = exp(-expected)
    below = 0.0
    for step in range(count):
        below += term
        term *= expected / (step + 1)
    return max(0.0, 1.0 - below)

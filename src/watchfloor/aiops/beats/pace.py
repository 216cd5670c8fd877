"""How often a device's beats come, and how exactly: declared, or learnt from the beats."""

from __future__ import annotations

import msgspec

from watchfloor.aiops.types import Seconds

KEPT = 7
ENOUGH = 4
"""Pauses to be known before a silence is judged, where no period is declared."""
_THIRD = 2
"""Of the pauses by length: two doubled beats do not make it short, nor four lost ones long."""
_ALIKE = 0.3
_RATE = 0.05
_FIRST_JITTER = 0.03
"""Of the period, until the beats have shown their own."""
_LEAST_JITTER = 0.005
_SLACK = 7.0
"""Mean deviations by which a beat may be late; of a bell-shaped jitter, 1 in 10,000 is later."""
_MOST_SLACK = 0.5


class Pace(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """`period` and `jitter`, the mean deviation from it, in seconds; 0 while unknown.

    `pauses`: the latest, while no period is declared.
    """

    period: Seconds = 0.0
    jitter: Seconds = 0.0
    pauses: tuple[Seconds, ...] = ()

    def after(self, pause: Seconds, declared: Seconds | None) -> Pace:
        """Return the pace as known after one more pause between two beats.

        >>> pace = Pace()
        >>> for pause in (60, 61, 1, 120, 59):
        ...     pace = pace.after(pause, None)
        >>> pace.period
        60.0
        """
        pauses = () if declared else (*self.pauses, pause)[-KEPT:]
        period = declared or _learnt(self.period, pauses)
        if not period:
            return Pace(pauses=pauses)
        jitter, off = self.jitter or _FIRST_JITTER * period, abs(pause - period)
        if off < _ALIKE * period:
            jitter = max(jitter + _RATE * (off - jitter), _LEAST_JITTER * period)
        return Pace(period, jitter, pauses)

    @property
    def slack(self) -> Seconds:
        """How long after its time a beat is still awaited."""
        return min(_SLACK * self.jitter, _MOST_SLACK * self.period)


def _learnt(known: Seconds, pauses: tuple[Seconds, ...]) -> Seconds:
    """A longer period than the known is believed once all pauses agree on it.

    The pauses of a device that is often down are longer, too, but no two are alike.
    """
    if len(pauses) < ENOUGH:
        return known
    middle = sorted(pauses)[_THIRD]
    alike = [pause for pause in pauses if abs(pause - middle) <= _ALIKE * middle]
    if known and middle > (1.0 + _ALIKE) * known and len(alike) < KEPT:
        return known
    return sum(alike) / len(alike)

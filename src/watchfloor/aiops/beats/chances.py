"""What a device's own beats say of it: that it is well, shaky or down.

A hidden Markov chain: one step for each beat that is due. A miss weighs the more the more seldom
this device's beats get lost; where one in 250 does, the second in a row is hardly chance. A shaky
device drops out again and again; its misses are failures too.
"""

from __future__ import annotations

import msgspec

from watchfloor.aiops.types import Seconds

HOUR: Seconds = 3600.0
DAY: Seconds = 24 * HOUR
GOES_DOWN: Seconds = 30 * DAY
"""Mean time between a device's failures, as believed before its beats say otherwise."""
DOWN_LASTS: Seconds = 2 * HOUR
TURNS_SHAKY: Seconds = 40 * DAY
SHAKY_LASTS: Seconds = 4 * HOUR
_DOWN_MISSES = 0.999
_SHAKY_MISSES = 0.4
_LOST_AT_FIRST = 0.004
_BEATS_AT_FIRST = 250.0
_BEATS_KEPT = 3000.0
"""So far back reaches the record of beats lost by chance."""


class Chances(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """`down` and `shaky` are probabilities. `lost` of `sent`: beats lost by chance, as believed."""

    down: float = 0.0
    shaky: float = 0.0
    lost: float = _LOST_AT_FIRST * _BEATS_AT_FIRST
    sent: float = _BEATS_AT_FIRST

    @property
    def loss(self) -> float:
        """How likely a beat is lost while the device is well."""
        return self.lost / self.sent

    @property
    def failing(self) -> float:
        """How likely the device is not well."""
        return self.down + self.shaky

    @property
    def misses_next(self) -> float:
        """How likely its next beat does not come, for reasons of its own."""
        well = 1.0 - self.failing
        return well * self.loss + self.shaky * _SHAKY_MISSES + self.down * _DOWN_MISSES

    def after_beat(self, waited: Seconds) -> Chances:
        """Return the chances after a beat that came `waited` seconds after the last was due."""
        well, shaky, down = self._by_now(waited)
        came = well * (1.0 - self.loss)
        return self._weighed(came, shaky * (1.0 - _SHAKY_MISSES), down * (1.0 - _DOWN_MISSES), 0.0)

    def after_miss(self, waited: Seconds, explained: float) -> Chances:
        """Return the chances after a miss that, with the odds `explained`, is not its own doing."""
        well, shaky, down = self._by_now(waited)
        own, loss = 1.0 - explained, self.loss
        return self._weighed(
            well * (1.0 - own * (1.0 - loss)),
            shaky * (1.0 - own * (1.0 - _SHAKY_MISSES)),
            down * (1.0 - own * (1.0 - _DOWN_MISSES)),
            own * loss / (own * loss + explained),
        )

    def _weighed(self, well: float, shaky: float, down: float, by_chance: float) -> Chances:
        total = well + shaky + down
        up = (well + shaky) / total
        kept = 1.0 - up / _BEATS_KEPT if self.sent >= _BEATS_KEPT else 1.0
        lost = self.lost * kept + up * by_chance
        return Chances(down / total, shaky / total, lost, self.sent * kept + up)

    def _by_now(self, waited: Seconds) -> tuple[float, float, float]:
        """Well, shaky and down, after so long without word."""
        well = 1.0 - self.failing
        falls = well * min(waited / GOES_DOWN, 0.1)
        shakes = well * min(waited / TURNS_SHAKY, 0.1)
        rises = self.down * min(waited / DOWN_LASTS, 0.5)
        steadies = self.shaky * min(waited / SHAKY_LASTS, 0.5)
        well += rises + steadies - falls - shakes
        return well, self.shaky + shakes - steadies, self.down + falls - rises

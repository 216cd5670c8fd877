"""What a device's own beats say of it: that it is well, shaky or down.

A hidden Markov chain: one step for each beat that is due. A miss weighs the more the more seldom
this device's beats get lost; where one in 250 does, the second in a row is hardly chance. A shaky
device drops out again and again; its misses are failures too. What a silence was, chance or a
failure, shows when it is over; until then nothing is learnt from it.
"""

from __future__ import annotations

import msgspec

from watchfloor.aiops.types import Seconds

HOUR: Seconds = 3600.0
DAY: Seconds = 24 * HOUR
GOES_DOWN: Seconds = 30 * DAY
"""Mean time between a device's failures, as believed before its beats say otherwise."""
DOWN_LASTS: Seconds = 2 * HOUR
TURNS_SHAKY: Seconds = 30 * DAY
SHAKY_LASTS: Seconds = 4 * HOUR
_DOWN_MISSES = 0.999
_SHAKY_MISSES = 0.4
_LOST_AT_FIRST = 0.004
_BEATS_AT_FIRST = 250.0
_BEATS_KEPT = 3000.0
"""So far back reaches the record of a device's beats."""


class Chances(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """`down` and `shaky` are probabilities. `lost` of `sent`: beats lost by chance, as believed;
    `failed`: so many times it went down in the time it was `up`.

    `steady`: how likely it has been well since its last beat. `by_chance`: of the beats missed
    since, how many are lost if it was.
    """

    down: float = 0.0
    shaky: float = 0.0
    lost: float = _LOST_AT_FIRST * _BEATS_AT_FIRST
    sent: float = _BEATS_AT_FIRST
    failed: float = 1.0
    up: Seconds = GOES_DOWN
    steady: float = 1.0
    by_chance: float = 0.0

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
        well, shaky, down, steady = self._by_now(waited)
        came = 1.0 - self.loss
        shaky, down = shaky * (1.0 - _SHAKY_MISSES), down * (1.0 - _DOWN_MISSES)
        total = well * came + shaky + down
        back = self._rises(waited) * came / total
        return self._settled(down / total, shaky / total, steady * came / total, back, waited)

    def after_miss(self, waited: Seconds, explained: float) -> Chances:
        """Return the chances after a miss that, with the odds `explained`, is not its own doing."""
        well, shaky, down, steady = self._by_now(waited)
        own, loss = 1.0 - explained, self.loss
        misses = explained + own * loss
        shaky *= explained + own * _SHAKY_MISSES
        down *= explained + own * _DOWN_MISSES
        total = well * misses + shaky + down
        return msgspec.structs.replace(
            self,
            down=down / total,
            shaky=shaky / total,
            steady=steady * misses / total,
            by_chance=self.by_chance + own * loss / misses,
        )

    def _settled(
        self, down: float, shaky: float, steady: float, back: float, waited: Seconds
    ) -> Chances:
        """Of a silence that is over it can be told whether it was chance.

        A single miss is, unless the device was down; more in a row only if it was well throughout.
        """
        up = 1.0 - down
        lost = self.by_chance * (up - back if self.by_chance <= 1.0 else steady)
        kept = 1.0 - up / _BEATS_KEPT if self.sent >= _BEATS_KEPT else 1.0
        return Chances(
            down,
            shaky,
            self.lost * kept + lost,
            self.sent * kept + lost + up,
            self.failed * kept + back,
            self.up * kept + (lost + up) * waited,
            1.0 - down - shaky,
        )

    def _by_now(self, waited: Seconds) -> tuple[float, float, float, float]:
        """Well, shaky, down, and steady, after so long without word."""
        falling, shaking = min(waited * self.failed / self.up, 0.1), min(waited / TURNS_SHAKY, 0.1)
        well, rises = 1.0 - self.failing, self._rises(waited)
        steadies = self.shaky * min(waited / SHAKY_LASTS, 0.5)
        return (
            well * (1.0 - falling - shaking) + rises + steadies,
            self.shaky + well * shaking - steadies,
            self.down + well * falling - rises,
            self.steady * (1.0 - falling - shaking),
        )

    def _rises(self, waited: Seconds) -> float:
        return self.down * min(waited / DOWN_LASTS, 0.5)

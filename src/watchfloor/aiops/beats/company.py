"""What the beats of devices that hang together say of what they hang on.

When power, line, gateway or recorder fails, most of what hangs on it falls silent within a period,
and each device needs to miss only one beat. Every beat that a member misses raises the odds of such
an outage, every one that comes lowers them: Shiryaev's test for a change.
"""

from __future__ import annotations

from math import exp

import msgspec

from watchfloor.aiops.types import Seconds

HOUR: Seconds = 3600.0
FAILS: Seconds = 8 * 24 * HOUR
"""Mean time between outages of what a group hangs on, as believed before its beats."""
LASTS: Seconds = HOUR
GOES_DARK = 0.95
"""The share of a group that an outage takes along; the rest have a line or battery of their own."""
GOES_IN_PART = 0.5
"""The share of a line's devices that a cut of it takes along: not every site hangs on what broke,
and they come back one by one."""
_SUREST = 1.0 - 1e-4


class Company(msgspec.Struct, array_like=True, gc=False, frozen=True):
    """`outage`: how likely what the group hangs on was out at `at`."""

    members: int = 0
    outage: float = 0.0
    at: Seconds = 0.0

    def joined(self) -> Company:
        return Company(self.members + 1, self.outage, self.at)

    def after(self, at: Seconds, *, came: bool, misses: float, share: float = GOES_DARK) -> Company:
        """Return the odds after a member's beat came or was missed.

        `misses`: how likely that member would have missed it anyway. `share`: of the group, that an
        outage takes along.
        """
        waited = max(at - self.at, 0.0) if self.at else 0.0
        ends, begins = 1.0 - exp(-waited / LASTS), 1.0 - exp(-waited / FAILS)
        out = self.outage * (1.0 - ends) + (1.0 - self.outage) * begins
        dark = 1.0 - (1.0 - misses) * (1.0 - share)
        if came:
            out, up = out * (1.0 - dark), (1.0 - out) * (1.0 - misses)
        else:
            out, up = out * dark, (1.0 - out) * misses
        return Company(self.members, min(out / (out + up), _SUREST), max(at, self.at))

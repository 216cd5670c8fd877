"""What sensors say, in the words that devices use for it."""

from __future__ import annotations

from watchfloor.aiops.operation.events import Reading
from watchfloor.aiops.types import canonical_type

_CLEAR = frozenset({"CLEAR", "CLEARED", "CLOSED", "IDLE", "NORMAL", "OFF", "OK", "RESTORED"})


def is_clear(reading: Reading) -> bool:
    """Return whether the sensor says that there is nothing, or nothing more.

    One that gives a value and no state says nothing for as long as the value is 0.
    """
    if reading.state:
        return canonical_type(reading.state) in _CLEAR
    return reading.value == 0

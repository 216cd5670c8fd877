"""The words that everything shares: severity, signal, life safety."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

Seconds = float
"""Unix seconds, UTC. The core counts time in them; the shell turns them into aware datetimes."""


class Severity(IntEnum):
    """How bad a sender says it is. Ordered, so that `max` is the worst."""

    INFO = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5


class Signal(IntEnum):
    """What the senders' side says of an alert; people's side is its `state`."""

    FIRING = 1
    RESOLVED = 2
    EXPIRED = 3


LIFE_SAFETY_TYPES = frozenset({"PANIC", "SOS", "DURESS", "FIRE", "MEDICAL", "MAN_DOWN"})
"""Alert types in which a person may be in danger, in canonical spelling (see `canonical_type`)."""


@lru_cache(maxsize=16_384)
def canonical_type(alert_type: str) -> str:
    """Return the spelling by which alert types are compared.

    >>> canonical_type("man-down ")
    'MAN_DOWN'
    """
    return alert_type.strip().upper().replace("-", "_").replace(" ", "_")

"""What sounds at a desk, how, and what of it a mute leaves.

A tenant sets a sound for each severity, or none. Two kinds sound whatever is set: life safety at
once, and a critical incident that nobody looks at. A mute keeps quiet everything but these; it
holds them back for a minute in which the other desks hear them, and no longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from watchfloor.aiops.errors import ConfigError
from watchfloor.aiops.types import Seconds

MINUTE: Seconds = 60
LONGEST_PAUSE: Seconds = 5 * MINUTE
LONGEST_URGENT_PAUSE: Seconds = 10
"""Nobody may take the pause of what must be heard for silence."""
UNCLAIMED_AFTER: Seconds = MINUTE
"""A critical incident that nobody has looked at for so long sounds at every desk."""
LONGEST_WAIT: Seconds = UNCLAIMED_AFTER + MINUTE
"""What must be heard and nobody looks at sounds by then at muted desks, too."""
MUTES: tuple[Seconds, ...] = (15 * MINUTE, 60 * MINUTE, 8 * 60 * MINUTE)
"""For how long a person may mute their desks; the longest is a shift."""


class Tone(StrEnum):
    ALARM = "alarm"
    CHIME = "chime"
    PULSE = "pulse"


class Kind(StrEnum):
    """What has a sound of its own. Below the first two: incidents that are neither."""

    LIFE_SAFETY = "LIFE_SAFETY"
    UNCLAIMED = "UNCLAIMED"
    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
    INFO = "INFO"


URGENT = (Kind.LIFE_SAFETY, Kind.UNCLAIMED)


class Sound(msgspec.Struct, frozen=True):
    """A tone, once (`every` is 0) or again after so many seconds until somebody acknowledges."""

    tone: Tone
    every: int = 0


class Ring(msgspec.Struct, frozen=True):
    """What a desk plays. `after`: only once nobody has looked at the incident for so long."""

    tone: Tone
    every: int
    after: Seconds


SHIPPED: Mapping[Kind, Sound] = {
    Kind.LIFE_SAFETY: Sound(Tone.ALARM, 2),
    Kind.UNCLAIMED: Sound(Tone.ALARM, 2),
    Kind.CRITICAL: Sound(Tone.CHIME),
}
_AFTER = {Kind.UNCLAIMED: UNCLAIMED_AFTER}
_AFTER_WHILE_MUTED = {Kind.LIFE_SAFETY: MINUTE, Kind.UNCLAIMED: LONGEST_WAIT}


def check(policy: Mapping[Kind, Sound]) -> None:
    """Raises: ConfigError for a pause that is too long, and where what must sound would not."""
    for kind in URGENT:
        sound = policy.get(kind)
        if sound is None or not 1 <= sound.every <= LONGEST_URGENT_PAUSE:
            raise ConfigError(f"{kind} must be heard: let it sound every 1 to 10 seconds")
    for kind, sound in policy.items():
        if not 0 <= sound.every <= LONGEST_PAUSE:
            raise ConfigError(f"{kind} sounds every {sound.every} s: name 0 (once) to 300")


def rings(policy: Mapping[Kind, Sound], *, is_muted: bool) -> dict[Kind, Ring]:
    """Return what a desk plays; what is not in it makes no sound there."""
    if not is_muted:
        return {
            kind: Ring(sound.tone, sound.every, _AFTER.get(kind, 0))
            for kind, sound in policy.items()
        }
    return {
        kind: Ring(policy[kind].tone, policy[kind].every, after)
        for kind, after in _AFTER_WHILE_MUTED.items()
    }


def repeated(policy: Mapping[Kind, Sound]) -> frozenset[Kind]:
    """Return the severities that sound until somebody acknowledges."""
    return frozenset(kind for kind in policy if kind not in URGENT and policy[kind].every)

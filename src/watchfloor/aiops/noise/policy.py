"""How far the machine may go in keeping noise from people, as data that a tenant can set."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from watchfloor.aiops.errors import ConfigError
from watchfloor.aiops.types import Seconds, Severity


class NoisePolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds and caps. Raises: ConfigError for a value out of its range."""

    pause_bound: float = 0.8
    """Pause only what resolves by itself in time at least this surely (lower bound at 95 %)."""
    pause_info: Seconds = 600
    """The longest pause by severity; 0: never."""
    pause_low: Seconds = 600
    pause_medium: Seconds = 300
    pause_high: Seconds = 120
    pause_critical: Seconds = 0
    lone_bound: float = 0.7
    """Keep back what comes to nothing at least this surely: told once, alone, never again."""
    lone_severity: int = int(Severity.MEDIUM)
    """The highest severity of what is kept back for that reason; 0: nothing is."""
    spare_first: int = 1
    """So many alerts of an entity that is new are left alone."""
    inhibit_share: float = 0.1
    """A loss below another is explained by it if at least this share of its like came after such
    a one above; 1: none is."""

    RANGES: ClassVar[dict[str, tuple[float, float]]] = {
        "pause_bound": (0.5, 1),
        "pause_info": (0, 1800),
        "pause_low": (0, 1800),
        "pause_medium": (0, 1800),
        "pause_high": (0, 900),
        "pause_critical": (0, 300),
        "lone_bound": (0.5, 1),
        "lone_severity": (0, 4),
        "spare_first": (1, 100),
        "inhibit_share": (0.01, 1),
    }

    def __post_init__(self) -> None:
        for name, (low, high) in self.RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ConfigError(
                    f"{name} is {value:.12g}: set it to a value from {low:.12g} to {high:.12g}"
                )

    def cap(self, severity: Severity) -> Seconds:
        """Return the longest pause of an alert of this severity; 0: none."""
        return self._caps()[severity - 1]

    def _caps(self) -> tuple[Seconds, ...]:
        return (
            self.pause_info, self.pause_low, self.pause_medium, self.pause_high,
            self.pause_critical,
        )  # fmt: skip


OFF = NoisePolicy(
    pause_info=0, pause_low=0, pause_medium=0, pause_high=0, lone_severity=0, inhibit_share=1
)
"""Nothing is kept back by what was learnt."""

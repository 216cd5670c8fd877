"""How long alerts live, as data that a tenant can set."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.errors import ConfigError
from watchfloor.aiops.types import Seconds, canonical_type

MINUTE: Seconds = 60
HOUR: Seconds = 3600
DAY: Seconds = 24 * HOUR


class AlertPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Times and counts of the alert stage. Raises: ConfigError for a value out of its range."""

    reopen_window: Seconds = 15 * MINUTE
    """A firing report within this time after the end continues the same life."""
    silence: Seconds = DAY
    """Without another report for so long, a firing alert expires."""
    silence_by_type: dict[str, Seconds] = {}
    """Overrides `silence` for an alert type; goes before the source's and the sender's own."""
    silence_by_source: dict[str, Seconds] = {}
    forget_after: Seconds = DAY
    """So long after its last word, an alert that is over is as if it had never been."""
    rise_window: Seconds = 30 * MINUTE
    """A severity rises if it tops all that was reported in this time."""
    flap_window: Seconds = HOUR
    flap_start: int = 5
    """Flapping begins with this many changes between firing and resolved within the window."""
    flap_stop: int = 2
    """Flapping ends when no more than this many are left in it."""
    life_safety_types: frozenset[str] = frozenset()
    """Types in which a person may be in danger, beside the built-in ones."""

    RANGES: ClassVar[dict[str, tuple[float, float]]] = {
        "reopen_window": (0, DAY),
        "silence": (MINUTE, 400 * DAY),
        "forget_after": (DAY, 400 * DAY),
        "rise_window": (MINUTE, DAY),
        "flap_window": (5 * MINUTE, DAY),
        "flap_start": (3, 20),
        "flap_stop": (1, 19),
    }

    def __post_init__(self) -> None:
        for name, (low, high) in self.RANGES.items():
            _check(name, getattr(self, name), low, high)
        low, high = self.RANGES["silence"]
        for table in ("silence_by_type", "silence_by_source"):
            for key, seconds in getattr(self, table).items():
                _check(f"{table}[{key}]", seconds, low, high)
        if self.flap_stop >= self.flap_start:
            raise ConfigError(
                f"flap_stop is {self.flap_stop}: set it below flap_start ({self.flap_start}), "
                "so that flapping does not begin and end at the same count"
            )
        canonical = {canonical_type(name): value for name, value in self.silence_by_type.items()}
        msgspec.structs.force_setattr(self, "silence_by_type", canonical)
        own = frozenset(map(canonical_type, self.life_safety_types))
        msgspec.structs.force_setattr(self, "life_safety_types", own)

    def silence_of(self, report: Report) -> Seconds:
        """Return the seconds of silence after which the report's alert expires."""
        if self.silence_by_type:
            by_type = self.silence_by_type.get(canonical_type(report.alert_type))
            if by_type is not None:
                return by_type
        if self.silence_by_source:
            by_source = self.silence_by_source.get(report.source)
            if by_source is not None:
                return by_source
        return self.silence if report.silence is None else report.silence


def _check(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ConfigError(
            f"{name} is {value:.12g}: set it to a value from {low:.12g} to {high:.12g}"
        )

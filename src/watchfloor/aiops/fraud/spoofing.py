"""Positions that a device did not measure, but was told to say."""

from __future__ import annotations

from watchfloor.aiops.correlation.vicinity import Position, kilometres
from watchfloor.aiops.fraud.suspicion import MOST, Sighting, Suspicion, apart_m
from watchfloor.aiops.types import Seconds

MOCKED = 0.95
"""Of phones that say their position is mocked, those of developers and testers are few."""
TELEPORT_KMH = 150.0
_LEAST_JUMP_M = 1000.0
"""Less is what a first fix after a cold start errs by, beyond what it admits."""
_NETWORK_ERRS_M = 3000.0
"""Cells of the country are wide; an address of the network is farther off than it says."""
FROZEN_FIXES = 12
FROZEN_S: Seconds = 3600.0
"""A receiver trembles, even in a drawer; a stored last fix is repeated, but not for an hour."""


def mocked(is_mock: bool) -> Suspicion | None:
    return (
        Suspicion("mock", MOCKED, "The phone says that its position is mocked.")
        if is_mock
        else None
    )


def teleport(
    one: Sighting, other: Sighting, *, speed_kmh: float = TELEPORT_KMH
) -> Suspicion | None:
    """Return a suspicion if a device moved faster than people do, whatever its fixes erred by.

    The confidence grows with how many times too fast it was: twice is three in four.
    """
    metres = apart_m(one, other)
    seconds = max(abs(other.at - one.at), 1.0)
    kmh = 3.6 * metres / seconds
    if metres < _LEAST_JUMP_M or kmh <= speed_kmh:
        return None
    confidence = min(MOST, 1.0 - 0.5 * speed_kmh / kmh)
    return Suspicion("teleport", confidence, f"{metres / 1000:.1f} km in {seconds:.0f} s.")


def disagreeing(gps: Position, network: Position, within_m: float) -> Suspicion | None:
    """Return a suspicion if satellites and network place a device too far from each other."""
    metres = 1000.0 * kilometres(gps, network) - within_m
    if metres <= _NETWORK_ERRS_M:
        return None
    confidence = min(0.9, 1.0 - 0.5 * _NETWORK_ERRS_M / metres)
    says = f"Satellites and network place the phone {metres / 1000:.1f} km apart."
    return Suspicion("network", confidence, says)


def frozen(same_fixes: int, for_s: Seconds) -> Suspicion | None:
    """Return a suspicion if many fixes in a row are the same to the last digit."""
    if same_fixes < FROZEN_FIXES or for_s < FROZEN_S:
        return None
    confidence = min(0.9, 1.0 - 0.3 * FROZEN_FIXES / same_fixes)
    says = f"{same_fixes} fixes in {for_s / 60:.0f} min are the same to the last digit."
    return Suspicion("frozen", confidence, says)

"""A detector sees fire, smoke or heat."""

from __future__ import annotations

from typing import ClassVar

from watchfloor.aiops.operation.rules.life_safety import LifeSafety


class Fire(LifeSafety):
    code: ClassVar[str] = "FIRE"
    readings: ClassVar[frozenset[str]] = frozenset({"SMOKE", "HEAT"})

"""Somebody lies on the ground and does not move."""

from __future__ import annotations

from typing import ClassVar

from watchfloor.aiops.operation.rules.life_safety import LifeSafety


class ManDown(LifeSafety):
    code: ClassVar[str] = "MAN_DOWN"

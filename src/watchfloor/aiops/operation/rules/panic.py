"""Somebody pressed a panic button."""

from __future__ import annotations

from typing import ClassVar

from watchfloor.aiops.operation.rules.life_safety import LifeSafety


class Panic(LifeSafety):
    code: ClassVar[str] = "PANIC"

"""Somebody is being threatened."""

from __future__ import annotations

from typing import ClassVar

from watchfloor.aiops.operation.rules.life_safety import LifeSafety


class Duress(LifeSafety):
    code: ClassVar[str] = "DURESS"

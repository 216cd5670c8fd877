"""Somebody calls for help."""

from __future__ import annotations

from typing import ClassVar

from watchfloor.aiops.operation.rules.life_safety import LifeSafety


class Sos(LifeSafety):
    code: ClassVar[str] = "SOS"

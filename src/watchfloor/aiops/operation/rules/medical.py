"""Somebody needs a doctor."""

from __future__ import annotations

from typing import ClassVar

from watchfloor.aiops.operation.rules.life_safety import LifeSafety


class Medical(LifeSafety):
    code: ClassVar[str] = "MEDICAL"

from __future__ import annotations

from django.apps import AppConfig


class ShiftsConfig(AppConfig):
    name = "watchfloor.domain.shifts"
    label = "shifts"

    def ready(self) -> None:
        from watchfloor.domain.registers.declaration import declare
        from watchfloor.domain.shifts.registers import ASSIGNMENTS, LEAVE, PUNCHES, SHIFTS

        declare(SHIFTS, ASSIGNMENTS, PUNCHES, LEAVE)

from __future__ import annotations

from django.apps import AppConfig


class InspectionConfig(AppConfig):
    name = "watchfloor.sensing.inspection"
    label = "inspection"

    def ready(self) -> None:
        from watchfloor.domain.registers.declaration import declare
        from watchfloor.sensing.inspection.registers import INSPECTIONS, SCHEDULES

        declare(SCHEDULES, INSPECTIONS)

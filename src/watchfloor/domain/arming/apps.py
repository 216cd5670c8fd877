from __future__ import annotations

from django.apps import AppConfig


class ArmingConfig(AppConfig):
    name = "watchfloor.domain.arming"
    label = "arming"

    def ready(self) -> None:
        from watchfloor.domain.arming.registers import ARMING_CHANGES, ARMING_SCHEDULES
        from watchfloor.domain.registers.declaration import declare

        declare(ARMING_SCHEDULES, ARMING_CHANGES)

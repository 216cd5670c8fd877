from __future__ import annotations

from django.apps import AppConfig


class ActivityConfig(AppConfig):
    name = "watchfloor.domain.activity"
    label = "activity"

    def ready(self) -> None:
        from watchfloor.domain.activity.registers import POSITIONS
        from watchfloor.domain.registers.declaration import declare

        declare(POSITIONS)

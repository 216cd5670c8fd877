from __future__ import annotations

from django.apps import AppConfig


class ThresholdsConfig(AppConfig):
    name = "watchfloor.sensing.thresholds"
    label = "thresholds"

    def ready(self) -> None:
        from watchfloor.domain.registers.declaration import declare
        from watchfloor.sensing.thresholds.registers import THRESHOLDS

        declare(THRESHOLDS)

from __future__ import annotations

from django.apps import AppConfig


class VitalsConfig(AppConfig):
    name = "watchfloor.domain.vitals"
    label = "vitals"

    def ready(self) -> None:
        from watchfloor.domain.registers.declaration import declare
        from watchfloor.domain.vitals.registers import DEVICE_STATES, READINGS

        declare(DEVICE_STATES, READINGS)

from __future__ import annotations

from django.apps import AppConfig


class ToursConfig(AppConfig):
    name = "watchfloor.domain.tours"
    label = "tours"

    def ready(self) -> None:
        from watchfloor.domain.registers.declaration import declare
        from watchfloor.domain.tours.registers import CHECKPOINTS, ROUTES, TOURS

        declare(CHECKPOINTS, ROUTES, TOURS)

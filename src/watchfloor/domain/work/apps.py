from __future__ import annotations

from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "watchfloor.domain.work"
    label = "work"

    def ready(self) -> None:
        from watchfloor.domain.registers.declaration import declare
        from watchfloor.domain.work import registers

        declare(*registers.ALL)

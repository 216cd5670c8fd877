from __future__ import annotations

from django.apps import AppConfig


class ChangesConfig(AppConfig):
    name = "watchfloor.domain.changes"
    label = "changes"

    def ready(self) -> None:
        from watchfloor.domain.changes import registers
        from watchfloor.domain.registers.declaration import declare

        declare(*registers.ALL)

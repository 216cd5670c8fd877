from __future__ import annotations

from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    name = "watchfloor.domain.helpdesk"
    label = "helpdesk"

    def ready(self) -> None:
        from watchfloor.domain.helpdesk import registers
        from watchfloor.domain.registers.declaration import declare

        declare(*registers.ALL)

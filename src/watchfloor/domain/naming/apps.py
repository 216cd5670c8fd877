from __future__ import annotations

from django.apps import AppConfig


class NamingConfig(AppConfig):
    name = "watchfloor.domain.naming"
    label = "naming"

    def ready(self) -> None:
        from watchfloor.domain.naming.below import names_within
        from watchfloor.platform.accounts import places

        places.register_names(names_within)

from __future__ import annotations

from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "watchfloor.domain.org"
    label = "org"

    def ready(self) -> None:
        from watchfloor.domain.org.places import scope_of, trees
        from watchfloor.platform.accounts import places

        places.register(scope_of, trees)

from __future__ import annotations

from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "watchfloor.domain.org"
    label = "org"

    def ready(self) -> None:
        from watchfloor.domain.org.places import Tree, scope_of, with_below
        from watchfloor.platform.accounts import places

        places.register(scope_of, with_below, Tree("site_id", "tenant_id"))

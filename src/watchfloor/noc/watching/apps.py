from __future__ import annotations

from django.apps import AppConfig


class WatchingConfig(AppConfig):
    name = "watchfloor.noc.watching"
    label = "watching"

    def ready(self) -> None:
        from watchfloor.noc.incidents import watched
        from watchfloor.noc.watching import selectors

        watched.register(selectors.is_watched)

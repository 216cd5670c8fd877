from __future__ import annotations

from django.apps import AppConfig


class RehearsalConfig(AppConfig):
    name = "watchfloor.noc.rehearsal"
    label = "rehearsal"

    def ready(self) -> None:
        from watchfloor.noc.clustering import state
        from watchfloor.noc.rehearsal.selectors import enabled_clustering

        state.begins_with = enabled_clustering

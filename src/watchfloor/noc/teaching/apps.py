from __future__ import annotations

from django.apps import AppConfig


class TeachingConfig(AppConfig):
    name = "watchfloor.noc.teaching"
    label = "teaching"

    def ready(self) -> None:
        from watchfloor.noc.clustering import state
        from watchfloor.noc.rehearsal import labels
        from watchfloor.noc.teaching import selectors

        state.taught_with = selectors.lessons_in_effect
        labels.register(selectors.labels)

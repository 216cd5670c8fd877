from __future__ import annotations

from django.apps import AppConfig


class ReactiveConfig(AppConfig):
    name = "watchfloor.sensing.reactive"
    label = "reactive"

    def ready(self) -> None:
        from watchfloor.domain.privacy.keepers import keeps
        from watchfloor.sensing.reactive.forgetting import forget

        keeps(forget)

from __future__ import annotations

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "watchfloor.noc.intake"
    label = "intake"

    def ready(self) -> None:
        from watchfloor.domain.privacy.keepers import keeps
        from watchfloor.noc.intake.forgetting import forget

        keeps(forget)

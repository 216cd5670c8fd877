from __future__ import annotations

from django.apps import AppConfig


class ClusteringConfig(AppConfig):
    name = "watchfloor.noc.clustering"
    label = "clustering"

    def ready(self) -> None:
        from watchfloor.domain.privacy.keepers import keeps
        from watchfloor.noc.alerts import services as alerts
        from watchfloor.noc.clustering.commands import note_act
        from watchfloor.noc.clustering.forgetting import forget

        alerts.witness(note_act)
        keeps(forget)

from __future__ import annotations

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "watchfloor.noc.incidents"
    label = "incidents"

    def ready(self) -> None:
        from watchfloor.noc.alerts import services as alerts
        from watchfloor.noc.incidents.witness import note_act

        alerts.witness(note_act)

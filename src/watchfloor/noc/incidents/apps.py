from __future__ import annotations

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "watchfloor.noc.incidents"
    label = "incidents"

    def ready(self) -> None:
        from watchfloor.noc.alerts import services as alerts  # noqa: PLC0415  needs models
        from watchfloor.noc.incidents.witness import note_act  # noqa: PLC0415

        alerts.witness(note_act)

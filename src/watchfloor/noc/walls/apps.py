from __future__ import annotations

from django.apps import AppConfig


class WallsConfig(AppConfig):
    name = "watchfloor.noc.walls"
    label = "walls"

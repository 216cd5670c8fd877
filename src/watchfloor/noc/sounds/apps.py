from __future__ import annotations

from django.apps import AppConfig


class SoundsConfig(AppConfig):
    name = "watchfloor.noc.sounds"
    label = "sounds"

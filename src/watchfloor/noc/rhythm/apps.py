from __future__ import annotations

from django.apps import AppConfig


class RhythmConfig(AppConfig):
    name = "watchfloor.noc.rhythm"
    label = "rhythm"

from __future__ import annotations

from django.apps import AppConfig


class ReactiveConfig(AppConfig):
    name = "watchfloor.sensing.reactive"
    label = "reactive"

from __future__ import annotations

from django.apps import AppConfig


class OutlineConfig(AppConfig):
    name = "watchfloor.domain.outline"
    label = "outline"

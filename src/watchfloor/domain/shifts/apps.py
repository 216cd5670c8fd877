from __future__ import annotations

from django.apps import AppConfig


class ShiftsConfig(AppConfig):
    name = "watchfloor.domain.shifts"
    label = "shifts"

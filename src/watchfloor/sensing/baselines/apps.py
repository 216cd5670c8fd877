from __future__ import annotations

from django.apps import AppConfig


class BaselinesConfig(AppConfig):
    name = "watchfloor.sensing.baselines"
    label = "baselines"

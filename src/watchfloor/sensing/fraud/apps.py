from __future__ import annotations

from django.apps import AppConfig


class FraudConfig(AppConfig):
    name = "watchfloor.sensing.fraud"
    label = "fraud"

from __future__ import annotations

from django.apps import AppConfig


class FindingsConfig(AppConfig):
    name = "watchfloor.noc.findings"
    label = "findings"

from __future__ import annotations

from django.apps import AppConfig


class NamingConfig(AppConfig):
    name = "watchfloor.domain.naming"
    label = "naming"

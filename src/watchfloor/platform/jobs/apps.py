from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "watchfloor.platform.jobs"
    label = "jobs"

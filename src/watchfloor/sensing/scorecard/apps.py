from __future__ import annotations

from django.apps import AppConfig


class ScorecardConfig(AppConfig):
    name = "watchfloor.sensing.scorecard"
    label = "scorecard"

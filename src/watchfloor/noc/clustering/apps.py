from __future__ import annotations

from django.apps import AppConfig


class ClusteringConfig(AppConfig):
    name = "watchfloor.noc.clustering"
    label = "clustering"

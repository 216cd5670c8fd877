from __future__ import annotations

from django.apps import AppConfig


class ModelstoreConfig(AppConfig):
    name = "watchfloor.platform.modelstore"
    label = "modelstore"

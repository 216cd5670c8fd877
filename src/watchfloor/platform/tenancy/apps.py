from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class TenancyConfig(AppConfig):
    name = "watchfloor.platform.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        post_migrate.connect(_protect_tables, dispatch_uid="watchfloor-policies")


def _protect_tables(app_config: AppConfig, using: str, **_: Any) -> None:
    # Signals come once for each app; the last one knows that all tables are there.
    from django.apps import apps

    from watchfloor.platform.tenancy import policies

    with_models = [c for c in apps.get_app_configs() if c.models_module is not None]
    if app_config == with_models[-1]:
        policies.apply(connections[using])

"""Which database alias a model is read and written through."""

from __future__ import annotations

from typing import Any

from django.db import models

_SYSTEM_APPS = frozenset({"axes"})
_SYSTEM_MODELS = frozenset({"accounts.callcount", "accounts.session", "jobs.schedulerun"})


class SystemRouter:
    """Sessions, throttles and schedules know no tenant: they are the system role's."""

    def db_for_read(self, model: type[models.Model], **_: Any) -> str | None:
        return "system" if _is_system(model) else None

    db_for_write = db_for_read

    def allow_relation(self, *_: Any, **__: Any) -> bool:
        return True

    def allow_migrate(self, db: str, *_: Any, **__: Any) -> bool:
        return db == "owner"


def _is_system(model: type[models.Model]) -> bool:
    meta = model._meta
    return meta.app_label in _SYSTEM_APPS or meta.label_lower in _SYSTEM_MODELS

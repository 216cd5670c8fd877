"""Migrating without rendering every model again for each that changes.

While it migrates, Django holds a class for each model. Where one changes, it renders anew all that
is related to it in either direction, through however many others; as every model of ours is
related to the tenant, that is each time all of them. Only a class that points at one that was
replaced has to be replaced itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ProjectState
from django.db.models import ForeignObjectRel, Model

Key = tuple[str, str | None]


@contextmanager
def rendering_what_changes() -> Iterator[None]:
    """Render what changes and what points at it, and nothing else, as long as this lasts."""
    of_django: Any = ProjectState  # its types leave out what it calls its own
    finds = of_django._find_reload_model
    of_django._find_reload_model = _to_render
    try:
        yield
    finally:
        of_django._find_reload_model = finds


def _to_render(state: ProjectState, app: str, name: str, delay: bool = False) -> set[Key]:
    found: set[Key] = {(app, name)}
    models = state.apps.all_models[app]
    waiting = [models[name]] if name in models else []
    while waiting:
        for other in _pointing_at(waiting.pop()):
            key = (other._meta.app_label, other._meta.model_name)
            if key not in found:
                found.add(key)
                waiting.append(other)
    return found


def _pointing_at(model: type[Model]) -> Iterator[type[Model]]:
    yield from model.__subclasses__()
    for field in model._meta.get_fields(include_hidden=True):
        if isinstance(field, ForeignObjectRel):
            yield field.related_model

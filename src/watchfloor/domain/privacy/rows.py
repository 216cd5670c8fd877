"""Where the floor keeps words: the text columns of all rows that belong to a tenant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db import models

from watchfloor.domain.people.models import Person
from watchfloor.platform.tenancy.policies import guarded_models

_WORDS = (models.CharField, models.TextField, models.JSONField, ArrayField)


@dataclass(frozen=True, slots=True)
class Table:
    model: type[models.Model]
    columns: tuple[str, ...]
    """Fields that hold words."""


def tables() -> Iterator[Table]:
    """Yield the tables whose words may be changed. What may only be added to is left alone.

    The audit trail is among those: its rows name people by their ids, and are sealed.
    """
    for model in guarded_models():
        access = model.access  # type: ignore[attr-defined]
        if access.column != "tenant_id" or "UPDATE" not in access.app:
            continue
        columns = tuple(
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, _WORDS) and not getattr(field, "choices", None)
        )
        if columns:
            yield Table(model, columns)


def about(person: Person) -> Iterator[models.QuerySet[models.Model]]:
    """Yield the rows of each table that refer to the person."""
    for relation in Person._meta.related_objects:
        model = relation.related_model
        if isinstance(model, type) and issubclass(model, models.Model):
            yield model._default_manager.filter(**{relation.field.name: person})

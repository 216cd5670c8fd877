"""Makes a row of any model, so that a test can walk all models and none is forgotten."""

from __future__ import annotations

import itertools
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from watchfloor.platform import secrets
from watchfloor.platform.ids import uuid7
from watchfloor.platform.tenancy.models import Tenant

# From where a number is long on: one too long for its field is then found in every run.
_numbers = itertools.count(10_001)


def fill(model: type[models.Model], tenant: Tenant, *, using: str) -> models.Model:
    """Save one row of `model` that belongs to `tenant`, with whatever rows it needs."""
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if not (_must_be_given(field) or field.name in _empty_once(model)):
            continue
        if isinstance(field, models.ForeignKey):
            related = field.related_model
            assert isinstance(related, type)
            values[field.name] = tenant if related is Tenant else fill(related, tenant, using=using)
        else:
            values[field.name] = _value(field)
    row = model(**values)
    row.save(using=using, force_insert=True)
    return row


def _empty_once(model: type[models.Model]) -> set[str]:
    """Return fields that may be empty in one row only: a second row must have them filled."""
    conditions = [
        constraint.condition
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition
    ]
    asked = [child for condition in conditions for child in condition.children]
    return {child[0] for child in asked if isinstance(child, tuple) and child[1] is None}


def _must_be_given(field: models.Field[Any, Any]) -> bool:
    generated = isinstance(field, models.AutoField | models.CompositePrimaryKey)
    optional = field.null or field.has_default() or field.db_default is not models.NOT_PROVIDED
    return not generated and not optional


def _value(field: models.Field[Any, Any]) -> Any:
    number = next(_numbers)
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.IntegerField):
        return number % 30_000 if isinstance(field, models.SmallIntegerField) else number
    return _made(field, number)


def _word(number: int, most: int | None) -> str:
    """Keep the end of a word too long for its field: the digits that tell rows apart are there."""
    word = f"t{number}"
    return word if most is None else word[-most:]


def _bytes(name: str, number: int) -> bytes:
    """A secret can be read: all are sealed anew when the key changes."""
    return secrets.seal(f"t{number}") if name == "secret" else number.to_bytes(16, "big")


def _made(field: models.Field[Any, Any], number: int) -> Any:
    makers: dict[type[models.Field[Any, Any]], Any] = {
        ArrayField: list,
        models.BinaryField: lambda: _bytes(field.name, number),
        models.DateTimeField: timezone.now,
        models.DateField: timezone.localdate,
        models.FloatField: lambda: 0.5,
        models.JSONField: dict,
        models.UUIDField: uuid7,
        models.EmailField: lambda: f"a{number}@example.com",
        models.CharField: lambda: _word(number, field.max_length),
        models.TextField: lambda: f"t{number}",
    }
    return next(make for kind, make in makers.items() if isinstance(field, kind))()

"""What the API takes and tells of registers and records: schemas, from their declarations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from ninja import Schema
from pydantic import AwareDatetime, Field, create_model

from watchfloor.domain.registers.declaration import Listed, Records
from watchfloor.platform.paging import PageQuery

_TYPES: Sequence[tuple[type[models.Field[Any, Any]], Any]] = (
    (models.BooleanField, bool),
    (models.IntegerField, int),
    (models.FloatField, float),
    (models.DateTimeField, datetime),
    (models.DateField, date),
    (models.TimeField, time),
    (models.UUIDField, UUID),
    (ArrayField, list[Any]),
    (models.JSONField, Any),
)


def row_of(what: Listed) -> type[Schema]:
    """Return the schema of a row as it is told."""
    fields: dict[str, Any] = {name: (type_of(what, name) | None, None) for name in what.fields}
    return create_model(f"{_name(what)}Row", __base__=Schema, id=(UUID, ...), **fields)


def query_of(what: Listed) -> type[PageQuery]:
    """Return the parameters of a list."""
    fields: dict[str, Any] = {
        name: (type_of(what, name) | None, Field(None, description=_narrows(what, name)))
        for name in what.filters
    }
    if what.search:
        said = f"part of {', '.join(what.search)}"
        fields["q"] = (str, Field("", max_length=200, description=said))
    if isinstance(what, Records):
        fields |= dict.fromkeys(("since", "until"), (AwareDatetime | None, None))
    return create_model(f"{_name(what)}Query", __base__=PageQuery, **fields)


def type_of(what: Listed, name: str) -> Any:
    """Return the type of a field; another row is told by its code."""
    field = what.field(name)
    if field.is_relation:
        return str
    return next((found for kind, found in _TYPES if isinstance(field, kind)), str)


def _narrows(what: Listed, name: str) -> str:
    return f"code of the {name.replace('_', ' ')}" if what.refers(name) else "only these"


def _name(what: Listed) -> str:
    return what.noun.title().replace("-", "")

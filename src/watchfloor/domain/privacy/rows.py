"""Where the floor keeps words: the text columns of all rows that belong to a tenant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, models

from watchfloor.domain.people.models import Person
from watchfloor.platform.tenancy.access import Access
from watchfloor.platform.tenancy.policies import guarded_models

SYSTEM = "system"
_WORDS = (models.CharField, models.TextField, models.JSONField)
_NO_WORDS = frozenset({"code", "fingerprint", "password", "sha256"})
"""Codes of places and things are their own; that of a person is changed with the person."""
_PERSONS = frozenset({"assignee", "face", "person", "person_code"})
_COLUMNS = re.compile(r"UPDATE \((.+)\)")


@dataclass(frozen=True, slots=True)
class Table:
    model: type[models.Model]
    columns: tuple[str, ...]
    """Fields that hold words."""
    alias: str
    """By which database role they are changed."""

    @property
    def persons(self) -> frozenset[str]:
        """Those of them in which the code of a person stands."""
        return _PERSONS.intersection(self.columns)


def tables() -> Iterator[Table]:
    """Yield the tables whose words may be changed.

    What is kept as it was, such as evidence, is changed by the system's role alone, which has that
    right for this. The audit trail is left alone: no role may change it, and it names nobody.
    """
    for model in guarded_models():
        access: Access = model.access  # type: ignore[attr-defined]
        if access.column != "tenant_id":
            continue
        for alias, acts in ((DEFAULT_DB_ALIAS, access.app), (SYSTEM, access.system)):
            if columns := _changeable(model, acts):
                yield Table(model, columns, alias)
                break


def about(person: Person) -> Iterator[models.QuerySet[models.Model]]:
    """Yield the rows of each table that refer to the person."""
    for relation in Person._meta.related_objects:
        model = relation.related_model
        if isinstance(model, type) and issubclass(model, models.Model):
            yield model._default_manager.filter(**{relation.field.name: person})


def _changeable(model: type[models.Model], acts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns of words that who may do these acts may change."""
    words = [
        field.attname
        for field in model._meta.concrete_fields
        if isinstance(_innermost(field), _WORDS)
        and not getattr(field, "choices", None)
        and field.attname not in _NO_WORDS
    ]
    if "UPDATE" in acts:
        return tuple(words)
    granted = {
        name for act in acts if (some := _COLUMNS.fullmatch(act)) for name in some[1].split(", ")
    }
    return tuple(name for name in words if name in granted)


def _innermost(field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    """Return what a field holds: of a list, that of which it is one."""
    return _innermost(field.base_field) if isinstance(field, ArrayField) else field

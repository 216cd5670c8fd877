"""How a register is declared, and the list of all that are.

`declare` is called by the `ready` of the app whose rows they are. A register is reference data,
which people write; records are what happened, written by the floor alone and read by people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias, cast

from django.db.models import Field, Model

from watchfloor.domain.org.models import Client, Site
from watchfloor.domain.registers.models import RegisterRow
from watchfloor.domain.registers.specs import RowSpec
from watchfloor.platform.errors import NotFound

Paths: TypeAlias = tuple[str, ...]
"""The paths of a row's client (or several, of which one is filled), and last that of its site."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Rows that others refer to by code. Without `scope` the whole tenant may."""

    model: type[Model]
    kind: str
    scope: Paths | None = None

    @property
    def is_bounded(self) -> bool:
        """Whether some in the tenant may not know of all rows."""
        return self.scope is not None

    @property
    def steps(self) -> tuple[str, ...]:
        """Return the way to the rows that say where a row is."""
        steps = (path.rpartition("__")[0] for path in self.scope or ())
        return tuple(dict.fromkeys(filter(None, steps)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Reference):
    """Rows with a list, a page, an API and a file of their own, under a noun in the plural.

    `columns` are the fields of the model that its list shows, in this order. `persons` are those
    that name persons: they are for who may see names. `filters` are fields, too; one that refers to
    another row is narrowed by its code. Fields in `order` are never null, and the last is the id.
    """

    noun: str
    title: str
    about: str
    columns: tuple[str, ...]
    search: tuple[str, ...] = ("code", "name")
    filters: tuple[str, ...] = ()
    persons: frozenset[str] = frozenset()
    order: tuple[str, ...] = ("code", "id")

    def field(self, name: str) -> Field[Any, Any]:
        return cast("Field[Any, Any]", self.model._meta.get_field(name))

    @property
    def fields(self) -> tuple[str, ...]:
        """Return all that is told of a row."""
        return self.columns

    @property
    def related(self) -> tuple[str, ...]:
        """Return the ways to all rows that are told of with a row."""
        return tuple(dict.fromkeys((*filter(self.refers, self.fields), *self.steps)))

    def refers(self, name: str) -> bool:
        return self.field(name).is_relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Register(Listed):
    """`spec` says what a row looks like from outside; a row is known by the fields of its `key`.

    `references` says to what a field refers, where the model has a foreign key or a list of codes.
    Rows that refer to others of their own register are known by their code. `holds_for` are those
    references that say for whom a row holds; without any it holds for all. Who is bound to places
    reads what holds for all or names one of these. `change` is what an edit is called in the log of
    changes. `followed_by` writes what follows from rows that were written or retired.
    """

    model: type[RegisterRow]
    spec: type[RowSpec]
    references: Mapping[str, Reference] = field(default_factory=dict)
    key: tuple[str, ...] = ("code",)
    holds_for: tuple[str, ...] = ()
    change: str = "CONFIGURATION"
    followed_by: Callable[[Sequence[Any], datetime], None] | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.spec.model_fields)

    @property
    def is_bounded(self) -> bool:
        return bool(self.scope or self.holds_for)

    @property
    def upward(self) -> tuple[str, ...]:
        """Return the fields in which a row names another of this register as above it."""
        own = (name for name, what in self.references.items() if what.model is self.model)
        return tuple(filter(self.refers, own))


@dataclass(frozen=True, slots=True, kw_only=True)
class Records(Listed):
    """`at` is when it happened: the newest come first, and a list may be narrowed to a time.

    `more` are fields that are told beside the columns wherever there is room.
    """

    at: str = "at"
    more: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    order: tuple[str, ...] = ("-at", "-id")

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.columns, *self.more)


AT_SITE: Paths = ("site__client_id", "site_id")
"""Of rows that belong to a site."""
CLIENT = Reference(Client, "client", ("id", "id"))
SITE = Reference(Site, "site", ("client_id", "id"))

_declared: dict[str, Listed] = {}


def declare(*listed: Listed) -> None:
    for one in listed:
        if one.noun in _declared:
            raise ValueError(f"{one.noun} is declared already")
        _declared[one.noun] = one


def declared() -> tuple[Listed, ...]:
    return tuple(_declared.values())


def registers() -> dict[str, Register]:
    """Return all registers by their noun."""
    return {noun: one for noun, one in _declared.items() if isinstance(one, Register)}


def called(noun: str) -> Listed:
    """Return what is listed under a noun. Raises: NotFound."""
    if noun not in _declared:
        raise NotFound("There is no such register.")
    return _declared[noun]

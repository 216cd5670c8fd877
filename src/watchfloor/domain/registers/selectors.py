"""Registers and records as a viewer may see them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from watchfloor.domain.org.models import Inventory
from watchfloor.domain.registers.declaration import Listed, Paths, Records, Reference, Register
from watchfloor.platform import disclosing
from watchfloor.platform.accounts.scope import Scope, Viewer
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.audit.selectors import trail
from watchfloor.platform.errors import NotFound

Rows = QuerySet[Any]
WHO = ("person", "person_code", "assignee")
"""Fields that say who somebody is, the surest first; others in `persons` say what of them."""
EDITS = 50
"""Of one row, how many are told."""


def visible(what: Reference, scope: Scope) -> Rows:
    """Return the rows in use, within the scope."""
    rows = known(what, scope)
    if any(field.name == "is_active" for field in what.model._meta.concrete_fields):
        rows = rows.filter(is_active=True)
    return rows


def known(what: Reference, scope: Scope) -> Rows:
    """Return the rows within the scope, in use or not."""
    rows = what.model._default_manager.all()
    if what.scope:
        rows = rows.filter(_within(what.scope, scope))
    if isinstance(what, Register) and what.holds_for and not scope.all_clients:
        rows = rows.filter(_holding(what, scope))
    return rows


def _holding(what: Register, scope: Scope) -> Q:
    """Return the rows that hold for all, or for something within the scope."""
    for_all, for_some = Q(), Q(pk__in=[])
    for name in what.holds_for:
        others = known(what.references[name], scope)
        if what.refers(name):
            for_all &= Q(**{name: None})
            for_some |= Q(**{f"{name}__in": others})
        else:
            for_all &= Q(**{name: []})
            for_some |= Q(**{f"{name}__overlap": list(others.values_list("code", flat=True))})
    return for_all | for_some


def _within(paths: Paths, scope: Scope) -> Q:
    *clients, site = paths
    return reduce(or_, (scope.q(client, site) for client in clients))


def listed(what: Listed, viewer: Viewer) -> Rows:
    return visible(what, viewer.scope).select_related(*what.related)


def one(what: Listed, viewer: Viewer, row_id: UUID) -> Any:
    """Return a row. Raises: NotFound, beyond the scope too."""
    row = listed(what, viewer).filter(pk=row_id).first()
    if row is None:
        raise NotFound(f"There is no such {what.kind}.")
    disclose(what, row, what.fields)
    return row


def narrowed(what: Listed, rows: Rows, asked: Mapping[str, Any], viewer: Viewer) -> Rows:
    """Return the rows that fit what is asked: `q`, `since`, `until`, and the filters by name.

    Of several values in a tuple any fits.
    """
    if text := asked.get("q"):
        rows = rows.filter(_containing(what, text, viewer))
    for name in what.filters:
        value = asked.get(name)
        if value not in (None, ""):
            rule = "__in" if isinstance(value, tuple) else ""
            rows = rows.filter(_readable(what, name, viewer), **{_path(what, name) + rule: value})
    if isinstance(what, Records):
        for name, rule in (("since", "gte"), ("until", "lt")):
            if moment := asked.get(name):
                rows = rows.filter(**{f"{what.at}__{rule}": moment})
    return rows


def _containing(what: Listed, text: str, viewer: Viewer) -> Q:
    rule = Q(pk__in=[])
    for name in what.search:
        holds = Q(**{f"{_path(what, name)}__icontains": text})
        rule |= holds & _readable(what, name, viewer)
    return rule


def _path(what: Listed, name: str) -> str:
    return f"{name}__code" if what.refers(name) else name


def _readable(what: Listed, name: str, viewer: Viewer) -> Q:
    """Return the rows of which a field may be read: a search tells letter by letter."""
    within = viewer.names_within
    if (other := scoped(what, viewer.scope).get(name)) and what.refers(name):
        return Q(**{f"{name}__in": known(other, viewer.scope)})
    if name not in what.persons or within.all_clients or within == viewer.scope:
        return Q()
    rule = _within(what.scope, within) if what.scope else Q(pk__in=[])
    names_inventory = issubclass(what.field(name).related_model or Model, Inventory)
    return rule | Q(**{f"{name}__is_verified": True}) if names_inventory else rule


def scoped(what: Listed, scope: Scope) -> Mapping[str, Reference]:
    """Return the fields that may refer to what lies beyond the scope, where rows lie within it.

    Persons have rules of their own.
    """
    if scope.all_clients or not isinstance(what, Register):
        return {}
    within = {path.partition("__")[0].removesuffix("_id") for path in what.scope or ()}
    refers = what.references.items()
    return {n: to for n, to in refers if to.is_bounded and n not in within | what.persons}


def disclose(what: Listed, row: Model, fields: Collection[str]) -> None:
    """Have it written down whom these fields of a row tell of."""
    if what.persons.isdisjoint(fields):
        return
    named = (getattr(row, what.field(name).attname) for name in WHO if name in what.persons)
    disclosing.note(next(filter(None, named), None), place_of(what, row))


def said(what: Listed, row: Model, name: str) -> Any:
    """Return what a field says: of another row its code."""
    value = getattr(row, name)
    return getattr(value, "code", None) if what.refers(name) else value


@dataclass(frozen=True, slots=True)
class Edit:
    """When a row was written, and what its fields said before and after; None where nothing did."""

    at: datetime
    fields: Mapping[str, tuple[Any, Any]]
    is_retired: bool


def history(what: Register, row: Model, viewer: Viewer) -> list[Edit]:
    """Return the latest edits of a row, the newest first: of an asset, how its status went.

    From the audit trail, without who made them. What names persons is left out for who may not
    know them, and what refers to other rows for whom does not see the whole tenant.
    """
    hidden = set() if viewer.names_within.covers(*place_of(what, row)) else set(what.persons)
    hidden |= set() if viewer.scope.all_clients else set(what.references)
    found = trail(object_kind=what.kind, object_id=str(row.pk)).order_by("-at", "-id")
    return [Edit(one.at, _edited(one, hidden), one.after is None) for one in found[:EDITS]]


def _edited(one: AuditRow, hidden: set[str]) -> dict[str, tuple[Any, Any]]:
    before, after = one.before or {}, one.after or {}
    return {name: (before.get(name), said) for name, said in after.items() if name not in hidden}


def place_of(what: Reference, row: Model) -> tuple[UUID | None, UUID | None]:
    """Return the client and the site of a row, as far as it has them."""
    if what.scope is None:
        return None, None
    *clients, site = (_at(row, path) for path in what.scope)
    return next(filter(None, clients), None), site


def _at(row: Any, path: str) -> Any:
    for step in path.split("__"):
        row = getattr(row, step) if row is not None else None
    return row


def targets(what: Reference, codes: Iterable[str], scope: Scope) -> dict[str, Any]:
    """Return the rows with these codes that somebody within the scope may refer to."""
    found = visible(what, scope).filter(code__in=set(codes)).select_related(*what.steps)
    return {row.code: row for row in found}

"""Keyset paging: a page begins after the last row of the one before, however much came in since."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.http import HttpRequest
from ninja import Schema
from pydantic import Field as Parameter

from watchfloor.platform.errors import Invalid

T = TypeVar("T")
M = TypeVar("M", bound=Model)
MOST = 200
_FORGED = (binascii.Error, UnicodeDecodeError, ValueError, TypeError, ValidationError)
"""What is raised for a cursor that we did not make."""


class PageQuery(Schema):
    """Parameters of every list: `paging: Query[PageQuery]`."""

    limit: int = Parameter(50, ge=1, le=MOST)
    after: str = Parameter("", max_length=1000, description="taken from `next`; opaque")


class Page(Schema, Generic[T]):
    """Answer of every list: `response=Page[AlertOut]`."""

    items: list[T]
    next: str | None


@dataclass(frozen=True, slots=True)
class Slice(Generic[M]):
    """Some rows, and the cursor after the last of them where more follow."""

    rows: list[M]
    after: str | None


def cut(rows: QuerySet[M], *, order: Sequence[str], limit: int, after: str = "") -> Slice[M]:
    """Return the first `limit` of `rows` in `order`, or those after the cursor `after`.

    `order` names columns of the model, or of what the rows are annotated with, that are never null,
    the last one unique, each with "-" where it descends: `("-at", "-id")`. Raises `Invalid` for an
    `after` that we did not make.
    """
    ordered = rows.order_by(*order)
    if after:
        ordered = ordered.filter(_beyond(order, _decoded(after, rows, order)))
    found = list(ordered[: limit + 1])
    shown = found[:limit]
    return Slice(shown, _encoded(shown[-1], rows, order) if len(found) > limit else None)


def page(
    request: HttpRequest,
    paging: PageQuery,
    rows: QuerySet[M],
    *,
    order: Sequence[str],
    render: Callable[[M], Any],
) -> dict[str, Any]:
    """Return {"items", "next"} of `rows`, cut as `cut` does."""
    found = cut(rows, order=order, limit=paging.limit, after=paging.after)
    return {"items": [render(row) for row in found.rows], "next": _url(request, found.after)}


def page_of(
    request: HttpRequest,
    paging: PageQuery,
    items: Iterable[T],
    *,
    key: Callable[[T], tuple[Any, ...]],
    render: Callable[[T], Any],
) -> dict[str, Any]:
    """Return {"items", "next"} of things that are no rows, in the order of their keys.

    Keys are numbers and texts, no two alike. Raises `Invalid` for an `after` that we did not make.
    """
    found = sorted(items, key=key)
    if paging.after:
        found = [one for one in found if _is_further(key(one), paging.after)]
    shown = found[: paging.limit]
    after = _sealed(key(shown[-1])) if len(found) > paging.limit else None
    return {"items": [render(one) for one in shown], "next": _url(request, after)}


def _is_further(key: tuple[Any, ...], cursor: str) -> bool:
    try:
        return key > tuple(_opened(cursor))
    except _FORGED:
        raise _not_ours() from None


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Return rows after `values`: the first columns equal, the next one further on."""
    beyond, equal = Q(), Q()
    for column, value in zip(order, values, strict=True):
        name = column.lstrip("-")
        further = "lt" if column.startswith("-") else "gt"
        beyond |= equal & Q(**{f"{name}__{further}": value})
        equal &= Q(**{name: value})
    return beyond


def _encoded(row: M, rows: QuerySet[M], order: Sequence[str]) -> str:
    names = [column.lstrip("-") for column in order]
    values = [
        str(getattr(row, name))
        if name in rows.query.annotations
        else _column(rows, name).value_to_string(row)
        for name in names
    ]
    return _sealed(values)


def _decoded(cursor: str, rows: QuerySet[M], order: Sequence[str]) -> list[Any]:
    try:
        values = _opened(cursor)
        columns = [_column(rows, name.lstrip("-")) for name in order]
        return [column.to_python(str(value)) for column, value in zip(columns, values, strict=True)]
    except _FORGED:
        raise _not_ours() from None


def _sealed(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _opened(cursor: str) -> Any:
    padded = cursor + "=" * (-len(cursor) % 4)
    return json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))


def _not_ours() -> Invalid:
    return Invalid("`after` is not one of ours.", fields={"after": "take it from next"})


def _column(rows: QuerySet[M], name: str) -> Field[Any, Any]:
    noted = rows.query.annotations.get(name)
    return cast(
        "Field[Any, Any]", noted.output_field if noted else rows.model._meta.get_field(name)
    )


def _url(request: HttpRequest, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = request.GET.copy()
    query["after"] = cursor
    return f"{request.path}?{query.urlencode()}"

"""Query parameters that an operation does not know: refused, for a filter that is ignored lies."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, get_args, get_type_hints

from django.http import HttpRequest
from ninja.params.models import Query

from watchfloor.platform.errors import Invalid

Operation = Callable[..., Any]


def only_known(operation: Operation) -> Operation:
    """Return the operation, which now takes the parameters of its `Query[...]` and no others.

    Raises: Invalid that names each stranger and lists what is understood.
    """
    known = names_of(operation)

    @wraps(operation)
    def checked(request: HttpRequest, *given: Any, **named: Any) -> Any:
        refuse_unknown(request, known)
        return operation(request, *given, **named)

    return checked


def names_of(operation: Operation) -> frozenset[str]:
    """Return the names of the query parameters that the operation declares."""
    known: set[str] = set()
    for annotation in get_type_hints(operation, include_extras=True).values():
        declared, *marks = get_args(annotation) or (None,)
        if any(isinstance(mark, Query) for mark in marks):
            known.update(declared.model_fields)
    return frozenset(known)


def refuse_unknown(request: HttpRequest, known: frozenset[str]) -> None:
    asked = request.GET
    if strangers := asked.keys() - known:
        cure = f"not known here; known: {', '.join(sorted(known)) or 'none'}"
        named = ", ".join(sorted(strangers))
        raise Invalid(
            f"Unknown parameters: {named}.", fields=dict.fromkeys(sorted(strangers), cure)
        )
    torn = [name for name, values in asked.lists() if any("\x00" in value for value in values)]
    if torn:
        raise Invalid(
            "A parameter holds a NUL.", fields=dict.fromkeys(torn, "send text without NUL")
        )

"""Whose a code is."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from watchfloor.domain.people.models import Person


def ids_of(codes: Collection[str]) -> set[UUID]:
    """Return the ids of those of the codes that are persons'."""
    return set(Person.objects.filter(code__in=codes).values_list("pk", flat=True))

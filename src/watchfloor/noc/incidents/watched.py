"""Incidents that are only watched: shown and worked as all others, and nothing leaves of them.

Who decides that registers itself here; nobody does, and nothing is watched.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeAlias
from uuid import UUID

from django.db.models import BooleanField, Q, Value

from watchfloor.noc.incidents.models import NOCIncident

WATCHED = "watched"
"""The reason that a message carries which was not sent."""
Rule: TypeAlias = Callable[[], Q]


def _never() -> Q:
    return Q(Value(False, output_field=BooleanField()))


_rule: Rule = _never


def register(rule: Rule) -> None:
    """Have `rule()` tell, as a column of an incident, whether it is watched now."""
    global _rule
    _rule = rule


def holds() -> Q:
    """Return the column that tells whether an incident of the tenant in scope is watched now."""
    return _rule()


def among(incident_ids: Collection[UUID]) -> set[UUID]:
    """Return those that are watched now. One query."""
    if not incident_ids:
        return set()
    found = NOCIncident.objects.filter(pk__in=incident_ids).filter(holds())
    return set(found.values_list("pk", flat=True))

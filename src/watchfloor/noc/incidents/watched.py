"""Incidents that are only watched: shown and worked as all others, and nothing leaves of them.

Who decides that registers itself here; nobody does, and nothing is watched.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeAlias
from uuid import UUID

WATCHED = "watched"
"""The reason that a message carries which was not sent."""
Among: TypeAlias = Callable[[Collection[UUID]], set[UUID]]


def _none(_: Collection[UUID]) -> set[UUID]:
    return set()


_among: Among = _none


def register(decide: Among) -> None:
    """Have `decide(ids)` asked which incidents of the tenant in scope are watched now."""
    global _among
    _among = decide


def among(incident_ids: Collection[UUID]) -> set[UUID]:
    return _among(incident_ids) if incident_ids else set()

"""What operators said belongs together, as labels of alerts.

Who keeps such sayings registers itself here; a rehearsal scores both sides against them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

Labels: TypeAlias = Mapping[UUID, str]
"""By alert: the name of what it belongs to; equal names belong together, others do not."""
Labeller: TypeAlias = Callable[[datetime, datetime], Labels]

_labellers: list[Labeller] = []


def register(labeller: Labeller) -> None:
    """Have `labeller(start, end)` asked for the labels of the tenant in scope."""
    if labeller not in _labellers:
        _labellers.append(labeller)


def labels(start: datetime, end: datetime) -> dict[UUID, str]:
    """Return all labels of alerts of the period; later labellers go before earlier ones."""
    found: dict[UUID, str] = {}
    for labeller in _labellers:
        found.update(labeller(start, end))
    return found

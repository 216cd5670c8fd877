"""Rooms that keep words where no column shows them, in packed bytes: each forgets by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from watchfloor.aiops.privacy.erasing import Eraser

Keeper = Callable[[Eraser, datetime], Mapping[str, int]]
"""Takes a person out of what the room keeps of the tenant in scope, in the transaction of the
erasure, which holds the locks of flow and operation. Returns rows changed or deleted, by table."""
_keepers: list[Keeper] = []


def keeps(keeper: Keeper) -> None:
    """Let a room know of erasures. Saying it twice is saying it once."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def forget(eraser: Eraser, now: datetime) -> dict[str, int]:
    """Let every room forget; return the rows changed or deleted, by table."""
    return {table: rows for keeper in _keepers for table, rows in keeper(eraser, now).items()}

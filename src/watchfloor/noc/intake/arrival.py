"""What is known of a request before its body is read."""

from __future__ import annotations

from dataclasses import dataclass

from watchfloor.aiops.types import Seconds
from watchfloor.noc.intake.templates import Template
from watchfloor.platform.accounts.keys import KeyInfo

NONE_OWN: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request of one key. `own_types` are the tenant's own life-safety types, canonical."""

    key: KeyInfo
    received_at: Seconds
    idempotency_key: str = ""
    own_types: frozenset[str] = NONE_OWN
    template: Template | None = None
    """What turns a body of any shape into alerts, at the door for those."""
    is_history: bool = False
    """Events of this request are to be recorded, and to raise nothing."""

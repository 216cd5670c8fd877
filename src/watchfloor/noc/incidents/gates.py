"""What else must be done before somebody may resolve an incident.

Who knows that registers itself here. Only resolving by hand or by program is asked: nothing ever
stands before acknowledging, and an incident that recovers by itself has nobody to ask.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.audit.actors import Actor

Gate: TypeAlias = Callable[[NOCIncident, Actor, datetime], None]
_gates: list[Gate] = []


def register(gate: Gate) -> None:
    """Have `gate(incident, by, now)` called, in the transaction that resolves; it may refuse."""
    _gates.append(gate)


def check_resolve(incident: NOCIncident, by: Actor, now: datetime) -> None:
    """Raises: Conflict that says what is still to be done."""
    for gate in _gates:
        gate(incident, by, now)

"""What the rules on tickets and work orders have in common: how one is called."""

from __future__ import annotations

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.facts.served import ServedFacts
from watchfloor.aiops.operation.wording import placed


def order_of(facts: ServedFacts, directory: Directory) -> str:
    """Return "P1 work order W-12 at Harbour". Its title may hold names of persons."""
    kind = facts.kind.replace("_", " ")
    return placed(f"{facts.urgency} {kind} {facts.code}", facts.site, directory)

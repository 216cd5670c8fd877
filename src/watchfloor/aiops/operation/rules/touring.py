"""What the rules on tours have in common: how a tour is called."""

from __future__ import annotations

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.facts.tour import TourFacts
from watchfloor.aiops.operation.wording import placed


def tour_of(facts: TourFacts, directory: Directory) -> str:
    """Return "Night round at Harbour": a tour is called after its route, else by its code."""
    route = directory.called("route", facts.route)
    return placed(route or f"Tour {facts.code}", facts.site, directory)

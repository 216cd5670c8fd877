"""Times from one moment until another."""

from __future__ import annotations

from dataclasses import dataclass

from watchfloor.aiops.types import Seconds


@dataclass(frozen=True, slots=True)
class Span:
    since: Seconds
    until: Seconds

    def covers(self, at: Seconds) -> bool:
        return self.since <= at < self.until


NEVER = Span(0.0, 0.0)

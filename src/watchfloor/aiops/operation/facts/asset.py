"""Where a thing is that belongs to a site."""

from __future__ import annotations

from typing import ClassVar, Self

import msgspec

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.events import Event, Fix
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.facts.whereabouts import Outside, fenced
from watchfloor.aiops.types import Seconds

KEPT: Seconds = 90 * 86_400.0


class AssetFacts(Facts):
    """`site` is where it belongs, as the latest fix that names one says."""

    kind: ClassVar[str] = "asset"
    hears: ClassVar[tuple[type[Event], ...]] = (Fix,)

    seen_at: Seconds = 0.0
    site: str = ""
    outside: Outside | None = None

    @classmethod
    def subjects(cls, event: Event, directory: Directory) -> tuple[str, ...]:
        asset = getattr(event, "asset", "")
        return (asset,) if asset else ()

    def after(self, event: Event, at: Seconds, directory: Directory) -> Self:
        if not isinstance(event, Fix) or at < self.seen_at:
            return self
        site = event.site or self.site
        outside = fenced(event, site, self.outside, directory)
        return msgspec.structs.replace(self, seen_at=at, site=site, outside=outside)

    def is_over(self, at: Seconds, directory: Directory) -> bool:
        return at >= self.seen_at + KEPT

    def over_due(self, directory: Directory) -> Seconds | None:
        return self.seen_at + KEPT

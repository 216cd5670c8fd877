"""What a file holds before anybody groups it: how much, when, and who is loudest."""

from __future__ import annotations

from array import array
from collections import Counter

from watchfloor.aiops.rehearsal.figures import Dedupe
from watchfloor.aiops.stream import Heard
from watchfloor.aiops.types import Seconds


class Got:
    """Counts reports by time, kind and thing as they go by."""

    def __init__(self) -> None:
        self.times = array("d")
        self.deduped: list[Seconds] = []
        """When plain de-duplication would have shown something new."""
        self.kinds: Counter[str] = Counter()
        self.things: Counter[tuple[str, str]] = Counter()
        """By thing and site."""
        self.severities: Counter[int] = Counter()
        self._dedupe = Dedupe()

    def hear(self, heard: Heard) -> None:
        view = heard.view
        self.times.append(heard.at)
        self.kinds[heard.report.alert_type] += 1
        self.things[view.entity, view.site] += 1
        self.severities[int(view.severity)] += 1
        if self._dedupe.hear(heard):
            self.deduped.append(heard.at)

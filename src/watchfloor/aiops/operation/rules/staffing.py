"""What the rules on shifts have in common: how a shift is called."""

from __future__ import annotations

from watchfloor.aiops.operation import wording
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.facts.shift import ShiftFacts
from watchfloor.aiops.operation.local import local_time
from watchfloor.aiops.types import Seconds


def shift_of(facts: ShiftFacts, directory: Directory, *, beside: Seconds, more: str = "") -> str:
    """Return "the night shift at Harbour, Main gate (22:00)": shifts have no names of their own."""
    post = directory.called("post", facts.post)
    begins = wording.clock(facts.start, facts.site, directory, beside=beside)
    where = wording.at_site(facts.site, directory, post)
    middle = local_time((facts.start + facts.end) / 2, facts.site, directory)
    return f"the {wording.part_of_day(middle)} shift{where} ({begins}{more})"

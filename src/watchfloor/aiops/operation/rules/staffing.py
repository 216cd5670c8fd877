"""What the rules on shifts have in common: how a shift is called."""

from __future__ import annotations

from watchfloor.aiops.operation import wording
from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.facts.shift import ShiftFacts
from watchfloor.aiops.operation.local import local_time
from watchfloor.aiops.types import Seconds

_NIGHT_ENDS, _EVENING_BEGINS, _NIGHT_BEGINS = 6, 17, 22
"""Hours in which the middle of a shift lies that is called so."""


def shift_of(facts: ShiftFacts, directory: Directory, *, beside: Seconds, more: str = "") -> str:
    """Return "the night shift at Harbour, Main gate (22:00)": shifts have no names of their own."""
    post = directory.called("post", facts.post)
    begins = wording.clock(facts.start, facts.site, directory, beside=beside)
    where = wording.at_site(facts.site, directory, post)
    return f"the {_part_of_day(facts, directory)} shift{where} ({begins}{more})"


def _part_of_day(facts: ShiftFacts, directory: Directory) -> str:
    hour = local_time((facts.start + facts.end) / 2, facts.site, directory).hour
    if hour < _NIGHT_ENDS or hour >= _NIGHT_BEGINS:
        return "night"
    return "day" if hour < _EVENING_BEGINS else "evening"

"""A recorded stream through the rules, each subject by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from watchfloor.aiops.operation.directory import Directory
from watchfloor.aiops.operation.engine import Engine, Timed, Transition
from watchfloor.aiops.operation.facts.subject import Facts
from watchfloor.aiops.operation.rules.catalogue import RULES
from watchfloor.aiops.types import Seconds


def replay(
    kind: type[Facts], events: Iterable[Timed], until: Seconds, directory: Directory
) -> list[Transition]:
    """Return what the rules told of subjects of a kind by then, in order of time."""
    heard: defaultdict[str, list[Timed]] = defaultdict(list)
    for timed in events:
        if isinstance(timed.event, kind.hears):
            for code in kind.subjects(timed.event, directory):
                heard[code].append(timed)
    engine, told = Engine(RULES), []
    for code, own in heard.items():
        told += engine.advance(kind(code=code), own, until, directory).transitions
    return sorted(told, key=lambda one: one.at)

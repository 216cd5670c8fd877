"""What is found of a shift only when others were recorded: punches that came before the roster that
says whose they are, and who fills a place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import itemgetter

from watchfloor.aiops.operation.engine import Timed, Transition
from watchfloor.aiops.operation.events import Punch, Relief, RosterPublished
from watchfloor.aiops.operation.facts.shift import ShiftFacts
from watchfloor.sensing.reactive.store import Subject


def give(timed: dict[Subject, list[Timed]], found: Iterable[Punch | Relief]) -> set[Subject]:
    """Put each among what its shift hears, not before a roster of it. Returns the shifts."""
    belated: defaultdict[Subject, list[Punch | Relief]] = defaultdict(list)
    for one in found:
        belated[ShiftFacts.kind, one.shift].append(one)
    for subject, some in belated.items():
        own = timed.get(subject, [])
        published = [one.at for one in own if isinstance(one.event, RosterPublished)]
        since = max(published, default=0.0)
        turns = [(one.at, one) for one in own]
        turns += [(max(one.ts, since), Timed(float(one.ts), one)) for one in some]
        timed[subject] = [one for _, one in sorted(turns, key=itemgetter(0))]
    return set(belated)


def lasting(transitions: Sequence[Transition]) -> list[Transition]:
    """Leave out what began and ended in one moment: who is known to be there was not missing."""
    kept: list[Transition] = []
    for one in transitions:
        begun = [other for other in kept if _is_over_at_once(other, one)]
        if begun:
            kept.remove(begun[-1])
        else:
            kept.append(one)
    return kept


def _is_over_at_once(began: Transition, ended: Transition) -> bool:
    same = (began.code, began.standing.key, began.at) == (ended.code, ended.standing.key, ended.at)
    return same and began.is_firing and not ended.is_firing and ended.raised_at == ended.at

"""Labels that nobody gave: what went down after what it hangs on, and what came back with what.

They use what came later, as labels may and features may not. Only alerts whose senders say when
they are over tell anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from watchfloor.aiops.clustering.config import HOUR, MINUTE
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.storms import failure_domains
from watchfloor.aiops.training.examples import LabelledPair
from watchfloor.aiops.types import Seconds, Signal

_CASCADE: Seconds = 5 * MINUTE
"""What hangs on a thing goes down within this of it."""
_TOGETHER: Seconds = MINUTE
"""What ends within this of each other ended together."""
_LASTING: Seconds = 5 * MINUTE
"""What is over sooner ends beside others by chance."""
_APART: Seconds = 15 * MINUTE
_NEAR: Seconds = 4 * HOUR
_MOST = 64
"""Earlier alerts of a domain that one is held against."""
_DOUBT = 0.5


class Life(msgspec.Struct, gc=False):
    """One alert from its first report to the sender's word that it is over."""

    alert: str
    entity: str
    domains: tuple[str, ...]
    begin: Seconds
    end: Seconds | None = None

    def is_down(self, at: Seconds) -> bool:
        return self.begin <= at and (self.end is None or self.end > at)


def lives_of(views: Iterable[ReportView]) -> list[Life]:
    """Return the alerts that senders ended or not, in order of their beginning."""
    lives: dict[str, Life] = {}
    for view in views:
        if view.is_life_safety:
            continue
        life = lives.get(view.alert_id)
        if life is None:
            if view.signal is Signal.FIRING:
                lives[view.alert_id] = Life(
                    view.alert_id, view.entity, failure_domains(view), view.at
                )
        elif view.signal is Signal.RESOLVED and life.end is None and view.at >= life.begin:
            life.end = view.at
    return sorted(lives.values(), key=lambda life: (life.begin, life.alert))


def weak_pairs(views: Iterable[ReportView]) -> Iterator[LabelledPair]:
    """Yield pairs of alerts of one failure domain, of which what became of them says something."""
    by_domain: defaultdict[str, list[Life]] = defaultdict(list)
    for life in lives_of(views):
        met: dict[str, Life] = {}
        for domain in life.domains:
            for before in reversed(by_domain[domain]):
                if life.begin - before.begin > _NEAR:
                    break
                met.setdefault(before.alert, before)
            _keep(by_domain[domain], life)
        for before in met.values():
            together = _judge(before, life)
            if together is not None:
                yield LabelledPair(before.alert, life.alert, together, 1.0 if together else _DOUBT)


def _keep(recent: list[Life], life: Life) -> None:
    recent.append(life)
    del recent[:-_MOST]


def _judge(before: Life, after: Life) -> bool | None:
    """Return whether the later one belongs to the earlier; None where nothing can be said."""
    if _hangs_on(after.domains, before.domains) and before.is_down(after.begin):
        return True if after.begin - before.begin <= _CASCADE else None
    if before.end is None or after.end is None:
        return None
    if before.end + _APART < after.begin:
        return False
    off = abs(before.end - after.end)
    longest = max(before.end - before.begin, after.end - after.begin)
    shortest = min(before.end - before.begin, after.end - after.begin)
    if off <= _TOGETHER:
        return True if shortest >= _LASTING else None
    is_apart = off > max(_APART, longest / 2) and after.begin - before.begin > _CASCADE
    return False if is_apart else None


def _hangs_on(domains: Sequence[str], others: Sequence[str]) -> bool:
    """Whether the other is the thing, or the place, that this one is attached to."""
    return bool(others) and others[0] in domains[1:]

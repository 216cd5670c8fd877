"""Incidents that are worth showing, each with why its alerts are in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from watchfloor.aiops.rehearsal.side import Bout, Side, Tally
from watchfloor.aiops.rehearsal.titles import thing_of, title
from watchfloor.aiops.titles import spoken
from watchfloor.aiops.types import Seconds
from watchfloor.console import words
from watchfloor.console.explaining import sentence

SHOWN = 10
MEMBERS = 5
TICKS = 60


@dataclass(frozen=True, slots=True)
class Feature:
    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Member:
    """One bout, and what decided where it went."""

    at: datetime
    severity: int
    kind: str
    thing: str
    message: str
    score: float
    threshold: float
    sentence: str
    features: list[Feature]
    runner_up: str
    runner_up_score: float
    opened: bool


@dataclass(frozen=True, slots=True)
class Example:
    tally: Tally
    title: str
    began: datetime
    lasted: Seconds
    members: list[Member]
    more: int
    ticks: list[int]
    """Reports in equal parts of its time."""


def examples(sides: Sequence[Side]) -> list[Example]:
    """Return incidents of as many sorts as there are, ten at most."""
    found: list[tuple[Side, Tally, list[Bout], dict[int, Counter[int]]]] = []
    for side in sides:
        ended = side.ended()
        bouts: defaultdict[int, list[Bout]] = defaultdict(list)
        for bout in side.bouts or ():
            bouts[side.root(bout.membership.cluster)].append(bout)
        times = _times(side)
        found += [(side, tally, bouts[tally.number], times) for tally in ended.values()]
    chosen = _chosen([tally for _, tally, bouts, _ in found if bouts])
    parts = {id(tally): (side, bouts, times) for side, tally, bouts, times in found}
    return [_example(tally, *parts[id(tally)]) for tally in chosen]


def _chosen(tallies: Iterable[Tally]) -> list[Tally]:
    shown = [one for one in tallies if one.is_shown]
    several = [one for one in shown if one.alerts > 1 and one.reason not in _POOLS]
    sorts = [iter(sorted(of(shown, several), key=order)) for of, order in _SORTS]
    chosen: dict[int, Tally] = {}
    while sorts and len(chosen) < SHOWN:
        for sort in list(sorts):
            one = next((t for t in sort if id(t) not in chosen), None)
            if one is None:
                sorts.remove(sort)
            elif len(chosen) < SHOWN:
                chosen[id(one)] = one
    return list(chosen.values())


_MERGED = "It began an incident of its own, which was soon merged into this one."
_POOLS = frozenset({"chatter", "steady", "routine", "late"})
_Of = Callable[[list[Tally], list[Tally]], list[Tally]]
_Order = Callable[[Tally], tuple[float, ...]]
_SORTS: tuple[tuple[_Of, _Order], ...] = (
    (lambda _, several: several, lambda t: (-len(t.sites), -t.alerts)),
    (lambda _, several: several, lambda t: (-t.severity, -len(t.types), -t.alerts)),
    (lambda shown, _: [t for t in shown if t.is_life_safety], lambda t: (t.began,)),
    (lambda _, several: several, lambda t: (-len(t.types), -t.alerts)),
    (lambda shown, _: [t for t in shown if t.reason in _POOLS], lambda t: (-t.reports,)),
    (lambda shown, _: [t for t in shown if t.alerts == 1], lambda t: (-t.severity, -t.reports)),
)


def _times(side: Side) -> dict[int, Counter[int]]:
    """Return by cluster, after merges, how many alerts it took in at each second."""
    found: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for bout in side.bouts or ():
        found[side.root(bout.membership.cluster)][int(bout.heard.at)] += 1
    return found


def _example(
    tally: Tally, side: Side, bouts: Sequence[Bout], times: dict[int, Counter[int]]
) -> Example:
    ordered = sorted(bouts, key=lambda bout: bout.place)
    picked = ordered[:1] + list(_telling(ordered[1:]))[: MEMBERS - 1]
    return Example(
        tally=tally,
        title=title(tally),
        began=datetime.fromtimestamp(tally.first, UTC),
        lasted=tally.last - tally.first,
        members=[_member(bout, side, tally.number) for bout in picked],
        more=len(ordered) - len(picked),
        ticks=_ticks(times[tally.number], tally),
    )


def _telling(bouts: Sequence[Bout]) -> Iterator[Bout]:
    """Yield first those that differ in kind or thing, then the others."""
    seen: set[tuple[str, str]] = set()
    rest = []
    for bout in bouts:
        names = (bout.heard.view.alert_type, bout.heard.view.entity)
        if names in seen:
            rest.append(bout)
            continue
        seen.add(names)
        yield bout
    yield from rest


def _ticks(times: Counter[int], tally: Tally) -> list[int]:
    counts = [0] * TICKS
    width = max((tally.last - tally.first) / TICKS, 1e-9)
    for at, count in times.items():
        place = int((at - tally.first) / width)
        counts[min(max(place, 0), TICKS - 1)] += count
    return counts


def _member(bout: Bout, side: Side, incident: int) -> Member:
    view, answer = bout.heard.view, bout.membership
    near = side.tallies.get(answer.runner_up) if answer.runner_up is not None else None
    said = sentence(
        answer.features,
        score=answer.score,
        threshold=answer.threshold,
        opened=answer.opened_cluster,
    )
    if answer.opened_cluster and answer.cluster != incident:
        said = _MERGED
    return Member(
        at=datetime.fromtimestamp(bout.heard.at, UTC),
        severity=int(view.severity),
        kind=spoken(bout.heard.report.alert_type),
        thing=thing_of(view.entity) if view.entity != view.site else view.site,
        message=view.message,
        score=answer.score,
        threshold=answer.threshold,
        sentence=said,
        features=[Feature(words.feature(name), weight) for name, weight in answer.features],
        runner_up=title(near) if near is not None else "",
        runner_up_score=answer.runner_up_score,
        opened=answer.opened_cluster,
    )

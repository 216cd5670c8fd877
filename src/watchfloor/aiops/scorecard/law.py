"""What the law asks of whoever stands at a post: hours, rest, and the papers for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from watchfloor.aiops.licences import Licences, Term, ends_on, is_held
from watchfloor.aiops.operation.limits import Limit
from watchfloor.aiops.types import Seconds

REST = Limit(
    name="rest_hours",
    default=11,
    unit="hours",
    low=0,
    high=24,
    says="For how long somebody is to rest at a stretch within 24 hours; the scorecard asks it.",
)
"""Eleven hours: Directive 2003/88/EC of the European Union, article 3."""
LIMITS: Mapping[str, Limit] = {REST.name: REST}
HOUR: Seconds = 3600.0
DAY: Seconds = 24 * HOUR
Span = tuple[Seconds, Seconds]


@dataclass(frozen=True, slots=True)
class Papers:
    """What the registers say of how somebody works here. A date is None where nobody has said."""

    hired_on: date | None = None
    left_on: date | None = None
    is_suspended: bool = False
    skills: frozenset[str] = frozenset()
    """Those of licences too, over or not."""
    sites: frozenset[str] | None = None
    """Where the person may work, home included; None: nobody has said."""
    leave: Sequence[tuple[date, date]] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """Where and when somebody stood, from `day` to `last`, and which skills the post needs."""

    site: str
    day: date
    last: date
    needs: frozenset[str] = frozenset()


def broken_by_papers(papers: Papers, duty: Duty) -> Iterator[str]:
    """Yield what stands against the duty, in words."""
    if papers.is_suspended:
        yield "is suspended"
    if papers.hired_on is not None and duty.day < papers.hired_on:
        yield f"is employed from {papers.hired_on} on"
    if papers.left_on is not None and duty.day > papers.left_on:
        yield f"left on {papers.left_on}"
    if papers.sites is not None and duty.site not in papers.sites:
        yield "may not work here"
    if any(first <= duty.day <= last for first, last in papers.leave):
        yield "is on leave"
    if lacking := sorted(duty.needs - papers.skills):
        yield f"lacks {', '.join(lacking)}"


def broken_by_licences(held: Licences, duty: Duty) -> Iterator[str]:
    """Yield which licences did not hold all through the duty, in words."""
    for skill in sorted(duty.needs & held.keys()):
        for day in (duty.day, duty.last):
            if not is_held(held[skill], day):
                yield f"licence {skill} {_unheld(held[skill], day)}"
                break


def _unheld(terms: Sequence[Term], day: date) -> str:
    ended = ends_on(terms, day)
    return f"ended on {ended}" if ended else f"begins on {min(terms).first}"


def broken_by_hours(
    left_at: Seconds, worked: Sequence[Span], *, most_hours: float, rest_hours: float
) -> Iterator[str]:
    """Yield what was wrong with the 24 hours that end as somebody leaves, in words.

    `worked`: all that the person worked, from and to when, in any order.

    >>> two_shifts = [(0.0, 8 * HOUR), (16 * HOUR, 24 * HOUR)]
    >>> list(broken_by_hours(24 * HOUR, two_shifts, most_hours=16, rest_hours=11))
    ['rested 8.0 hours of 24']
    """
    spans = _joined((max(start, left_at - DAY), min(end, left_at)) for start, end in worked)
    hours = sum(end - start for start, end in spans) / HOUR
    edges = [(left_at - DAY, left_at - DAY), *spans]
    rest = max(after[0] - before[1] for before, after in pairwise(edges)) / HOUR if spans else 24.0
    if hours > most_hours:
        yield f"worked {hours:.1f} hours of 24"
    elif rest < rest_hours:
        yield f"rested {rest:.1f} hours of 24"


def _joined(spans: Iterator[Span]) -> list[Span]:
    """Return the spans in order, those that overlap as one, and without what is empty."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined

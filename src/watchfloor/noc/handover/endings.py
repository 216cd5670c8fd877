"""What keeps quiet at the end of a shift and ends in the next: tests, windows and silences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from watchfloor.noc.alerts import rules, selectors
from watchfloor.noc.alerts.tested import Test
from watchfloor.noc.handover.contents import MOST, Ending
from watchfloor.platform.accounts.scope import Scope

SHIFT = timedelta(hours=8)


def endings(scope: Scope, tests: Iterable[Test], now: datetime) -> list[Ending]:
    """Return them, the next to end first; `tests`: those that are under way. Two queries."""
    until = now + SHIFT
    found = [
        Ending("test", one.place, f"for {one.caller}, by {one.by}", one.ends_at) for one in tests
    ]
    found += _windows(scope, now)
    found += _silences(scope, now)
    soon = [one for one in found if one.ends_at <= until]
    return sorted(soon, key=lambda one: one.ends_at)[:MOST]


def _windows(scope: Scope, now: datetime) -> Iterator[Ending]:
    over = Q(recurrence="none", ends_at__lte=now) | Q(until__lte=now)
    for row in selectors.windows(scope).exclude(over).filter(starts_at__lte=now):
        span = rules.window_of(row, {}).schedule.open_at(now.timestamp())
        if span is not None:
            ends_at = datetime.fromtimestamp(span.ends_at, UTC)
            yield Ending("window", row.title, row.reason, ends_at)


def _silences(scope: Scope, now: datetime) -> Iterator[Ending]:
    """Yield them to who sees all clients: their words may name anybody's places."""
    if not scope.all_clients:
        return
    for row in selectors.silences().filter(ends_at__gt=now).order_by("ends_at")[:MOST]:
        yield Ending("silence", row.reason, "", row.ends_at)

"""What the core looks at in alerts that are rows by now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import product
from typing import NamedTuple
from uuid import UUID

from watchfloor.aiops.alerts.lives import LifeStep, Verdict
from watchfloor.aiops.alerts.protection import Protection
from watchfloor.aiops.clustering.candidates import blocking_keys
from watchfloor.aiops.clustering.features import ReportView
from watchfloor.aiops.clustering.lessons import Relation, relation_of
from watchfloor.aiops.stream import view_of
from watchfloor.domain.naming.book import open_book
from watchfloor.noc.alerts import store
from watchfloor.noc.alerts.accept import newest_report
from watchfloor.noc.alerts.models import NOCAlertEvent

MOST_SIGNALS = 60
"""Different signals of each side that are compared; a storm has thousands, of few types."""
MOST_PATTERNS = 5
MOST_PAIRS = 50


class Pattern(NamedTuple):
    """Two types, in the order of the alphabet, and what reports of them shared."""

    one: str
    other: str
    relation: Relation


def views(alerts: Iterable[NOCAlertEvent]) -> list[ReportView]:
    """Return the newest report of each alert as the clusterer would see it."""
    places = open_book().places
    found = []
    for alert in alerts:
        report = newest_report(alert)
        life = store.unpack(alert.machine)
        step = LifeStep(life, Verdict.COUNTED)
        protection = Protection.LIFE_SAFETY if alert.is_life_safety else Protection.NONE
        found.append(
            view_of(report, step, life.last_at, places.of(report), protection, is_suppressed=False)
        )
    return found


def keys_of(seen: Iterable[ReportView]) -> tuple[str, ...]:
    """Return the blocking keys of all, each once."""
    return tuple(dict.fromkeys(key for view in seen for key in blocking_keys(view)))


def between(ones: Collection[ReportView], others: Collection[ReportView]) -> list[Pattern]:
    """Return what the two sides' signals have in common, the most frequent first."""
    counts: Counter[Pattern] = Counter()
    for one, other in product(_different(ones), _different(others)):
        relation = relation_of(one, other)
        is_same = one.alert_type == other.alert_type
        if relation is not None and not (is_same and relation is Relation.THING):
            first, second = sorted((one.alert_type, other.alert_type))
            counts[Pattern(first, second, relation)] += 1
    return [pattern for pattern, _ in counts.most_common(MOST_PATTERNS)]


def _different(seen: Iterable[ReportView]) -> Sequence[ReportView]:
    by_signal: Mapping[tuple[str, str, str], ReportView] = {
        (view.alert_type, view.entity, view.site): view for view in seen
    }
    return list(by_signal.values())[:MOST_SIGNALS]


def pairs(
    ones: Sequence[UUID], others: Sequence[UUID], *, links: bool, most: int = MOST_PAIRS
) -> list[tuple[str, str, bool]]:
    """Return pairs across the two sides, no side's alert more often than it must be."""
    count = min(most, len(ones) * len(others))
    longer = max(len(ones), len(others))
    found = []
    for n in range(count):
        shift = n // longer
        found.append((str(ones[n % len(ones)]), str(others[(n + shift) % len(others)]), links))
    return list(dict.fromkeys(found))

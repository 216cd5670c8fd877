"""Who works, what waits for them, what is on test, and what was handed over, as files."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter, itemgetter
from typing import Any

from watchfloor.console import words
from watchfloor.console.tables.table import Asked, Columns, Table, latest
from watchfloor.console.tables.writing import MOST
from watchfloor.noc.alerts import tested
from watchfloor.noc.alerts.tested import Test
from watchfloor.noc.desks import selectors as desks
from watchfloor.noc.desks.models import Claim
from watchfloor.noc.desks.selectors import Desk
from watchfloor.noc.handover import selectors as handovers
from watchfloor.noc.handover.models import Handover


def _waiting(asked: Asked) -> list[dict[str, Any]]:
    return desks.longest_waiting(asked.scope, asked.reader.now, most=MOST + 1)


def _desks(asked: Asked) -> Iterator[tuple[Desk, int]]:
    now = asked.reader.now
    there = desks.desks(asked.scope, now)
    in_hand = desks.in_hand([one.user.pk for one in there], now)
    return ((one, in_hand[one.user.pk]) for one in there)


def _tests(asked: Asked) -> Iterator[tuple[Test, int]]:
    tests = tested.under_way(asked.scope, asked.reader.now)
    counted = tested.signals(tests)
    return ((one, counted.get(one.id, 0)) for one in tests)


def _handovers(asked: Asked) -> Iterator[Handover]:
    return latest(handovers.visible(asked.scope), ("-ends_at", "-id"))


def _looked_at(claim: Claim) -> str:
    return f"INC-{claim.incident.number}"


WAITING: Columns = {
    "waits_since": itemgetter("waits_since"),
    "severity": lambda row: words.severity(row["severity"]).name,
    "life_safety": itemgetter("is_life_safety"),
    "incident": lambda row: f"INC-{row['number']}",
    "title": itemgetter("title"),
    "site": itemgetter("site_name"),
    "id": itemgetter("id"),
}
DESK: Columns = {
    "who": lambda row: str(row[0].user),
    "seen_at": lambda row: row[0].seen_at,
    "on_a_break_since": lambda row: row[0].break_since,
    "looks_at": lambda row: [_looked_at(claim) for claim in row[0].claims],
    "in_hand": itemgetter(1),
    "id": lambda row: row[0].user.pk,
}
TEST: Columns = {
    "place": lambda row: row[0].place,
    "site": lambda row: row[0].site_name,
    "from": lambda row: row[0].starts_at,
    "until": lambda row: row[0].ends_at,
    "caller": lambda row: row[0].caller,
    "put_on_test_by": lambda row: row[0].by,
    "signals": itemgetter(1),
    "id": lambda row: row[0].id,
}
HANDOVER: Columns = {
    "from": attrgetter("starts_at"),
    "until": attrgetter("ends_at"),
    "handed_over_by": attrgetter("written_by"),
    "taken_over_by": attrgetter("acknowledged_by"),
    "taken_over_at": attrgetter("acknowledged_at"),
    "note": attrgetter("note"),
    "id": attrgetter("id"),
}
TABLES = (
    Table("waiting", "desks", "incident", _waiting, WAITING),
    Table("desks", "desks", "desk", _desks, DESK),
    Table("on-test", "on-test", "test", _tests, TEST),
    Table("handovers", "handovers", "handover", _handovers, HANDOVER),
)

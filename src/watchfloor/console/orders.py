"""What the report on standing orders is asked for, and how its lines are laid out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from watchfloor.console.ranges import LONG, LONGEST, Reader, TimeRange
from watchfloor.noc.orders.report import Line

USUAL = "90d"


@dataclass(frozen=True, slots=True)
class Asked:
    """A client or all, and a time range; what means nothing is left out."""

    when: TimeRange
    since: datetime
    until: datetime
    client: UUID | None = None

    @classmethod
    def read(cls, query: QueryDict, reader: Reader) -> Asked:
        when = TimeRange.read(query, reader, choices=LONG, usual=USUAL, longest=LONGEST)
        try:
            client = UUID(query.get("client", ""))
        except ValueError:
            client = None
        return cls(when, when.since or reader.now - LONGEST, when.until or reader.now, client)

    @property
    def address(self) -> str:
        """Return it as an address carries it."""
        return urlencode(self.when.asked | ({"client": str(self.client)} if self.client else {}))


def by_client(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """Return the lines under the name of their client."""
    groups = groupby(lines, key=lambda line: (line.client_id, line.client))
    return [(name, list(its)) for (_, name), its in groups]

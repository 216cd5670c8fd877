"""What the report on standing orders is asked for, and how its lines are laid out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from watchfloor.noc.orders.report import Line

SPANS = {"7": "7 days", "30": "30 days", "90": "90 days", "365": "a year"}
USUAL = "90"


@dataclass(frozen=True, slots=True)
class Asked:
    """A client or all, and so many days back; what means nothing is left out."""

    until: datetime
    days: str = USUAL
    client: UUID | None = None

    @classmethod
    def read(cls, query: QueryDict, now: datetime) -> Asked:
        days = query.get("days", USUAL)
        try:
            client = UUID(query.get("client", ""))
        except ValueError:
            client = None
        return cls(now, days if days in SPANS else USUAL, client)

    @property
    def since(self) -> datetime:
        return self.until - timedelta(days=int(self.days))

    @property
    def spans(self) -> Iterable[tuple[str, str]]:
        return SPANS.items()

    @property
    def address(self) -> str:
        """Return it as an address carries it."""
        asked = {"days": self.days, "client": self.client}
        return urlencode({name: value for name, value in asked.items() if value})


def by_client(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    """Return the lines under the name of their client."""
    groups = groupby(lines, key=lambda line: (line.client_id, line.client))
    return [(name, list(its)) for (_, name), its in groups]

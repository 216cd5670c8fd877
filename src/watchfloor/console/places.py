"""Sites, devices and people: what their lists ask for, and what goes on at one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict

from watchfloor.console import strip
from watchfloor.console.strip import Strip
from watchfloor.console.tables.writing import MOST
from watchfloor.noc.alerts.models import NOCAlertEvent
from watchfloor.noc.incidents import standing
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.errors import Invalid
from watchfloor.platform.paging import PageQuery, page

R = TypeVar("R", bound=Model)
LISTED = 50
SHOWN = 20
VERIFIED = {"yes": True, "no": False}
LONGEST_SEARCH, LONGEST_CURSOR = 200, 1_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows, as its address says; values that mean nothing are left out."""

    q: str = ""
    verified: str = ""
    site: UUID | None = None
    after: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Wanted:
        return cls(
            query.get("q", "").strip()[:LONGEST_SEARCH].replace("\0", ""),
            query.get("verified", "") if query.get("verified") in VERIFIED else "",
            _as_uuid(query.get("site", "")),
            query.get("after", "")[:LONGEST_CURSOR],
        )

    @property
    def is_verified(self) -> bool | None:
        return VERIFIED.get(self.verified)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.filters)

    @property
    def filters(self) -> str:
        """Return what narrows the list, as an address carries it."""
        asked = {"q": self.q, "verified": self.verified, "site": self.site}
        return urlencode({name: value for name, value in asked.items() if value})


class Narrowed(Protocol):
    """What the address of a list says, with the place in it."""

    @property
    def after(self) -> str: ...


def page_of(
    request: HttpRequest, wanted: Narrowed, rows: QuerySet[R], order: Sequence[str]
) -> tuple[list[R], str | None]:
    """Return the rows of one page, and the address of the next."""
    found = page(
        request, PageQuery(limit=LISTED, after=wanted.after), rows, order=order, render=_itself
    )
    return found["items"], found["next"]


def all_of(rows: QuerySet[R]) -> list[R]:
    """Return the rows of a file. Raises: Invalid if they are too many."""
    found = list(rows[: MOST + 1])
    if len(found) > MOST:
        raise Invalid(f"A file holds at most {MOST} rows: search for a part of them.")
    return found


@dataclass(frozen=True, slots=True)
class GoingOn:
    """What goes on now, the worst first, and what began in the last ninety days."""

    incidents: Sequence[NOCIncident]
    alerts: Sequence[NOCAlertEvent]
    strip: Strip
    most: int = SHOWN


def going_on(
    incidents: QuerySet[NOCIncident],
    alerts: QuerySet[NOCAlertEvent],
    *,
    now: datetime,
    zone: str,
) -> GoingOn:
    """Return what `incidents` and `alerts`, of one place or thing, have to show. Three queries."""
    order = ("-is_life_safety", "-severity", "-last_seen_at", "-id")
    return GoingOn(
        list(standing.open_ones(incidents)[:SHOWN]),
        list(alerts.order_by(*order)[:SHOWN]),
        strip.of(incidents, now=now, zone=zone),
    )


def _itself(row: R) -> R:
    return row


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

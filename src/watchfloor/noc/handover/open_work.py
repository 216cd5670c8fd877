"""What is open at the end of a shift, what the next one must know of it, and its life safety."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, F, Q

from watchfloor.noc.handover.contents import MOST, Alarm, Work
from watchfloor.noc.incidents import places, selectors
from watchfloor.noc.incidents.models import TimelineEntry
from watchfloor.noc.incidents.next_step import next_step
from watchfloor.noc.incidents.states import OPEN
from watchfloor.platform.accounts.scope import Scope

Row = Mapping[str, Any]
_ORDER = ("-is_life_safety", "-severity", "-opened_at", "-id")


def rows(scope: Scope, since: datetime) -> list[Row]:
    """Return what is open, and life safety that came since then: the worst first. One query."""
    is_open = Q(state__in=OPEN)
    alarm = Q(is_life_safety=True, opened_at__gte=since)
    found = selectors.visible(scope).filter(is_open | alarm, is_listed=True)
    return list(
        found.order_by(*_ORDER).values(
            "id", "number", "title", "severity", "state", "is_life_safety", "opened_at",
            "acknowledged_at", "snoozed_until", "recovered_at", "assigned_to_id",
            "acknowledged_by_id",
            merged_into_id=F("cluster__merged_into__incident__id"),
            merged_into_number=F("cluster__merged_into__incident__number"),
            site_name=F("site__name"),
            client_name=F("client__name"),
            assigned_to_name=selectors.name_of("assigned_to"),
            acknowledged_by_name=selectors.name_of("acknowledged_by"),
            is_whole=ExpressionWrapper(~places.beyond(scope), output_field=BooleanField()),
        )[: 2 * MOST]
    )  # fmt: skip


def open_of(found: Iterable[Row]) -> list[Row]:
    return [row for row in found if row["state"] in OPEN][:MOST]


def holder(row: Row) -> str:
    """Return the id of whom it was given to, else of who acknowledged it; empty: nobody has it."""
    return str(row["assigned_to_id"] or row["acknowledged_by_id"] or "")


def work(
    found: Sequence[Row], notes: Mapping[UUID, TimelineEntry], names: Mapping[str, str],
    now: datetime,
) -> list[Work]:  # fmt: skip
    """Return the open incidents with what was last handed over of each."""
    return [_work(row, notes.get(row["id"]), names, now) for row in found]


def alarms(found: Iterable[Row], since: datetime) -> list[Alarm]:
    """Return life safety that came since then, the first to come first."""
    came = [row for row in found if row["is_life_safety"] and row["opened_at"] >= since]
    came.sort(key=lambda row: row["opened_at"])
    return [
        Alarm(
            row["id"], row["number"], row["title"], _place(row), row["opened_at"],
            row["acknowledged_at"], row["acknowledged_by_name"] or "",
        )
        for row in came[:MOST]
    ]  # fmt: skip


def _work(row: Row, note: TimelineEntry | None, names: Mapping[str, str], now: datetime) -> Work:
    rests = row["snoozed_until"] is not None and row["snoozed_until"] > now
    return Work(
        id=row["id"],
        number=row["number"],
        title=row["title"],
        severity=row["severity"],
        state=row["state"],
        is_life_safety=row["is_life_safety"],
        place=_place(row),
        opened_at=row["opened_at"],
        owner=row["assigned_to_name"] or row["acknowledged_by_name"] or "",
        snoozed_until=row["snoozed_until"] if rests else None,
        next_step=next_step(row, now),
        note=note.text if note else "",
        noted_at=note.at if note else None,
        noted_by=names.get(note.actor_id, "") if note else "",
    )


def _place(row: Row) -> str:
    return " · ".join(name for name in (row["site_name"], row["client_name"]) if name)

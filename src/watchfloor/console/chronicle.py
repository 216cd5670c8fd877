"""The timeline of an incident's page: what its alerts, people and messages did, in lanes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from watchfloor.console.happenings import ALERTS, OUTSIDE, Happening
from watchfloor.noc.incidents import partial
from watchfloor.noc.incidents.models import TimelineEntry
from watchfloor.noc.integrations.models import Delivery
from watchfloor.platform.accounts.capabilities import AUDIT_VIEW
from watchfloor.platform.accounts.models import User
from watchfloor.platform.accounts.names import names_of
from watchfloor.platform.accounts.scope import Viewer
from watchfloor.platform.audit.models import AuditRow

Row = Mapping[str, Any]
ENTRIES = 100
_CHANNELS = {"email": "E-mail", "webhook": "Webhook message"}
_DELIVERED = {
    "pending": "waits to be sent",
    "sending": "is being sent",
    "sent": "was sent",
    "failed": "could not be sent",
    "unknown": "may have been sent",
    "withheld": "was kept back: its place is only watched",
    "cancelled": "was not sent: what it told of was taken back",
}


def entries(viewer: Viewer, row: dict[str, Any]) -> Sequence[TimelineEntry]:
    """Return what was written down, newest first."""
    return partial.timeline_of(viewer, row, most=ENTRIES)


def actors(entries: Iterable[TimelineEntry]) -> set[str]:
    """Return the ids of the people who did it."""
    return {entry.actor_id for entry in entries if entry.actor_kind == "user"}


def of(
    row: Row, entries: Sequence[TimelineEntry], members: Iterable[Row], people: Iterable[User]
) -> list[Happening]:
    """Return what happened, newest first, each with the name of who did it, one of `people`."""
    names = {str(person.pk): str(person) for person in people}
    told = [Happening.of(entry, names) for entry in entries]
    told += _beginnings(members)
    if row["is_whole"]:
        told += _deliveries(row["id"])
    return sorted(told, key=lambda one: one.at, reverse=True)


@dataclass(frozen=True, slots=True)
class Noted:
    """A row of the audit trail, as a page shows it."""

    at: datetime
    action: str
    who: str
    where: str


def audit(viewer: Viewer, incident_id: UUID) -> list[Noted] | None:
    """Return the incident's newest audit rows; None for who may not read the trail."""
    if not (viewer.may(AUDIT_VIEW) and viewer.acting(AUDIT_VIEW).scope.all_clients):
        return None
    about = AuditRow.objects.filter(object_kind="incident", object_id=str(incident_id))
    rows = list(about.order_by("-at", "-id")[:ENTRIES])
    names = names_of({row.actor_id for row in rows if row.actor_kind == "user"})
    return [
        Noted(row.at, row.action, names.get(row.actor_id, row.actor_kind), row.ip) for row in rows
    ]


def _beginnings(members: Iterable[Row]) -> Iterator[Happening]:
    for one in members:
        yield Happening(one["first_seen_at"], one["title"], "", "", ALERTS)


def _deliveries(incident_id: UUID) -> Iterator[Happening]:
    found = Delivery.objects.filter(incident_id=incident_id).order_by("-created_at")
    for one in found.only("created_at", "sent_at", "channel", "state")[:ENTRIES]:
        said = f"{_CHANNELS[one.channel]} {_DELIVERED[one.state]}"
        yield Happening(one.sent_at or one.created_at, said, "", "", OUTSIDE)

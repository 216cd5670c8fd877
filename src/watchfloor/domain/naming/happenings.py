"""Events of the operation with their names tied to the inventory, ready to be recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from watchfloor.aiops.alerts.report import Report
from watchfloor.aiops.operation.events import Event, Moment
from watchfloor.aiops.operation.stored import Arrived
from watchfloor.aiops.types import Seconds
from watchfloor.domain.naming.book import Book, open_book
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.naming.services import Resolved, resolve_batch

_Names = tuple[int, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as it is recorded: by the codes of the inventory, at the time that is believed.

    An id is None where the inventory knows nothing, or where a person has yet to say. The core
    knows things by code; an event's names are codes wherever they are known, and its time is the
    one that is believed.
    """

    event_id: str
    event: Event
    at: Seconds
    received_at: Seconds
    client_id: UUID | None = None
    site_id: UUID | None = None
    device_id: UUID | None = None
    person_id: UUID | None = None
    is_history: bool = False
    is_bound: bool = False
    refused: Seconds | None = None
    """The time that the event claimed, where that was not believed."""


def named(
    arrivals: Sequence[Arrived], times: Sequence[Seconds], *, now: datetime
) -> list[Happening]:
    """Return the happenings of events in order. `times` are those that are believed of them.

    Names that nobody knows become unverified rows, as those of alerts do.
    """
    keys = [_names(one) for one in arrivals]
    distinct = list(dict.fromkeys(keys))
    found = dict(
        zip(distinct, resolve_batch([_asking(key) for key in distinct], now=now), strict=True)
    )
    book = open_book()
    return [
        _happening(one, at, key, found[key], book)
        for one, at, key in zip(arrivals, times, keys, strict=True)
    ]


def _names(one: Arrived) -> _Names:
    event = one.event
    return (
        one.integration,
        getattr(event, "client", ""),
        getattr(event, "site", ""),
        getattr(event, "device", ""),
        getattr(event, "person", ""),
    )


def _asking(names: _Names) -> Report:
    integration, client, site, device, person = names
    return Report("", integration, 0.0, "", client=client, site=site, device=device, person=person)


def _happening(one: Arrived, at: Seconds, names: _Names, found: Resolved, book: Book) -> Happening:
    place, (_, client, site, device, person) = found.place, names
    codes = {
        "client": place.client if client else "",
        "site": place.site,
        "device": place.device,
        "person": _person(person, book),
    }
    given = {"client": client, "site": site, "device": device, "person": person}
    changed: dict[str, object] = {
        name: code
        for name, code in codes.items()
        if code != given[name] and hasattr(one.event, name)
    }
    people = getattr(one.event, "people", None)
    if people:
        changed["people"] = [_person(name, book) for name in people]
    if at != one.event.ts:
        changed["ts"] = Moment(at)
    event = msgspec.structs.replace(one.event, **changed) if changed else one.event
    ids = (found.client_id, found.site_id, found.device_id, found.person_id)
    claimed = float(one.event.ts)
    return Happening(
        one.event_id,
        event,
        at,
        one.received_at,
        *ids,
        is_history=one.is_history,
        is_bound=one.is_bound,
        refused=claimed if claimed != at else None,
    )


def _person(name: str, book: Book) -> str:
    return (book.people.match(name, InventoryKind.PERSON).id or name) if name else ""

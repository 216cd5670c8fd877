"""What happens in the operation, as it comes to `/api/v1/events/<stream>`, or mixed to `events`."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import msgspec

from watchfloor.aiops.calendars.priority import CURE as PRIORITY_CURE
from watchfloor.aiops.calendars.priority import priority_of
from watchfloor.aiops.operation import stored
from watchfloor.aiops.operation.events import Event, Reading
from watchfloor.aiops.operation.rules.catalogue import URGENT_READINGS
from watchfloor.aiops.operation.stored import Arrived, EventError, content, read, stream_of
from watchfloor.aiops.types import Seconds, canonical_type
from watchfloor.noc.intake.arrival import Arrival
from watchfloor.noc.intake.native import ALERT_LIMIT, decode, mended, split, too_large
from watchfloor.noc.intake.reads import Fault, Read, Reads, Rejected
from watchfloor.noc.intake.store import Row, event_row
from watchfloor.platform.ids import uuid7

DENSE = frozenset({"heartbeats", "positions", "activity"})
"""Streams that say something of each thing every minute."""
_SENSORS = "sensors"
_VITAL = frozenset({"", "device", "kind"})
"""What a reading says nothing without; empty is the fault of the whole."""


def parse(stream: str, body: bytes, arrival: Arrival) -> Reads:
    """Yield an event or a rejection for each item of the body, in order.

    Raises: Refused, before the first one, where the body as a whole makes no sense.
    """
    return (_read(stream, raw, index, arrival) for index, raw in enumerate(split(body, "events")))


def parse_mixed(body: bytes, arrival: Arrival) -> Reads:
    """Yield as `parse` does, where each item names its stream."""
    for index, raw in enumerate(split(body, "events")):
        try:
            stream = stream_of(mended(raw))
        except EventError as error:
            yield Rejected(index, [Fault(*error.fault)])
        else:
            yield _read(stream, raw, index, arrival)


def row_of(event: Arrived, arrival: Arrival) -> Row:
    is_urgent = not event.is_history and _is_urgent(event.event, arrival)
    return event_row(event, arrival.key.tenant_id, is_urgent=is_urgent)


def _read(stream: str, raw: bytes, index: int, arrival: Arrival) -> Read:
    if len(raw) > ALERT_LIMIT:
        return too_large(index, len(raw), "event")
    try:
        event = _event(stream, mended(raw), arrival)
    except EventError as error:
        return Rejected(index, [Fault(*error.fault)])
    if fault := _outside(event, arrival) or _unknown(event):
        return Rejected(index, [fault])
    return Arrived(
        uuid7().hex,
        stream,
        arrival.key.integration_id,
        arrival.received_at,
        event,
        arrival.is_history,
        bool(arrival.key.sites),
        _identity(event, stream, index, arrival),
    )


def _event(stream: str, raw: bytes, arrival: Arrival) -> Event:
    """Return the event. Raises: EventError.

    Who is in danger is heard whatever else the device says: fields that cannot be read are left
    out, and without a time of its own it happened when it came.
    """
    try:
        return read(stream, raw)
    except EventError as error:
        if told := _danger(stream, raw, arrival):
            return _without(told, error.fault, arrival.received_at)
        raise


def _without(told: dict[str, Any], fault: stored.Fault, received_at: Seconds) -> Event:
    name = fault.pointer[1:].partition("/")[0]
    if name in _VITAL:
        raise EventError(fault)
    kept = {key: value for key, value in told.items() if key != name}
    if name == "ts":
        kept["ts"] = received_at
    try:
        return read(_SENSORS, msgspec.json.encode(kept))
    except EventError as error:
        return _without(kept, error.fault, received_at)


def _danger(stream: str, raw: bytes, arrival: Arrival) -> dict[str, Any]:
    """Return the fields of a reading that says that a person may be in danger, else none."""
    if stream != _SENSORS:
        return {}
    try:
        told = decode(raw)
    except msgspec.DecodeError:
        return {}
    if not isinstance(told, dict) or not isinstance(told.get("kind"), str):
        return {}
    known = {name: told[name] for name in Reading.__struct_fields__ if name in told}
    return known if _is_danger(told["kind"], arrival) else {}


def _identity(event: Event, stream: str, index: int, arrival: Arrival) -> str | None:
    """Return what makes a second delivery the same event.

    Where the sender names neither event nor request, it is the content: what was said twice of the
    same moment happened once. So it always is of people in danger: a button that counts from one
    again, once its battery was changed, must not go unheard. Of streams with a row for each moment
    nothing is kept that would be larger than they are: beats are told apart by device and time, but
    positions and activity that are sent twice count twice.
    """
    if not _is_urgent(event, arrival):
        if event.id:
            return f"event:{stream}:{event.id}"
        if arrival.idempotency_key:
            return f"event:{stream}:key:{arrival.idempotency_key}:{index}"
        if stream in DENSE:
            return None
    return f"event:{stream}:content:{blake2b(content(event), digest_size=16).hexdigest()}"


def _is_urgent(event: Event, arrival: Arrival) -> bool:
    return isinstance(event, Reading) and _is_danger(event.kind, arrival)


def _is_danger(said: str, arrival: Arrival) -> bool:
    kind = canonical_type(said)
    return kind in URGENT_READINGS or kind in arrival.own_types


def _unknown(event: Event) -> Fault | None:
    """Return what is wrong with a priority that nobody knows: by it all time is counted.

    Events on disk are older than this, and are read as having none.
    """
    said = getattr(event, "priority", None)
    if said in (None, "") or priority_of(said) is not None:
        return None
    return Fault("/priority", f"priority: {said!r} is not known: {PRIORITY_CURE}")


def _outside(event: Event, arrival: Arrival) -> Fault | None:
    """Return what is wrong with an event that its key may not speak of."""
    key = arrival.key
    if key.clients and not key.sites:
        return Fault("/site", "this key is bound to clients: bind it to sites to send events")
    if not key.sites:
        return None
    site = getattr(event, "site", "").strip()
    if site in key.sites or site in key.below:
        return None
    shown = ", ".join(sorted(key.sites)[:5])
    return Fault("/site", f"site {site!r} is outside this key: send one of {shown}")

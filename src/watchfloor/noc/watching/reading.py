"""Rows of a file, or of a request, as acts of the present system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from watchfloor.noc.watching.models import ActKind, PresentAct

LONGEST = 500
MOST_FAULTS = 100
AHEAD = timedelta(minutes=5)
NAMES: Mapping[str, tuple[str, ...]] = {
    "time": ("time", "timestamp", "at"),
    "kind": ("kind", "action", "event", "state"),
    "alert_id": ("alert_id", "id", "sender_id"),
    "dedup_key": ("dedup_key",),
    "entity": ("entity", "entity_id", "host", "device"),
    "type": ("type", "alert_type"),
    "operator": ("operator", "user", "by"),
}
"""What each field may be called."""
KINDS: Mapping[str, ActKind] = {
    **{kind.value: kind for kind in ActKind},
    "open": ActKind.OPENED,
    "ack": ActKind.ACKNOWLEDGED,
    "acked": ActKind.ACKNOWLEDGED,
    "close": ActKind.CLOSED,
    "resolved": ActKind.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """`row` counts from 1."""

    row: int
    field: str
    message: str


class _Wrong(Exception):
    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


def acts(
    rows: Sequence[Mapping[str, Any]], *, now: datetime
) -> tuple[list[PresentAct], list[Fault]]:
    """Return the acts, or what is wrong with the rows, the first hundred faults of them."""
    read: list[PresentAct] = []
    faults: list[Fault] = []
    for number, row in enumerate(rows, 1):
        try:
            read.append(_act(row, now))
        except _Wrong as wrong:
            faults.append(Fault(number, wrong.field, wrong.message))
            if len(faults) == MOST_FAULTS:
                break
    return read, faults


def _act(row: Mapping[str, Any], now: datetime) -> PresentAct:
    at = _time(_given(row, "time"))
    if at > now + AHEAD:
        raise _Wrong("time", "it lies in the future")
    kind = KINDS.get(_given(row, "kind").lower())
    if kind is None:
        raise _Wrong("kind", "say opened, acknowledged or closed")
    names = [_given(row, name) for name in ("alert_id", "dedup_key", "type", "entity")]
    if not (names[0] or names[1] or all(names[2:])):
        raise _Wrong("alert_id", "name the alarm: alert_id, dedup_key, or entity and type")
    operator = _given(row, "operator")
    identity = blake2b(
        "\x00".join([at.isoformat(), kind.value, *names, operator]).encode(), digest_size=16
    ).hexdigest()
    return PresentAct(
        at=at,
        kind=kind,
        sender_id=names[0],
        dedup_key=names[1],
        alert_type=names[2],
        entity_id=names[3],
        operator=operator,
        identity=identity,
        imported_at=now,
    )


def _given(row: Mapping[str, Any], field: str) -> str:
    for name in NAMES[field]:
        value = row.get(name)
        if value not in (None, ""):
            if isinstance(value, dict | list | bool):
                raise _Wrong(field, "write it as text")
            text = str(value).replace("\x00", "").strip()
            if len(text) > LONGEST:
                raise _Wrong(field, f"at most {LONGEST} characters")
            return text
    return ""


def _time(text: str) -> datetime:
    """Return an ISO 8601 time, of UTC where it names no zone, or unix seconds."""
    try:
        if text.replace(".", "", 1).isdecimal():
            return datetime.fromtimestamp(float(text), UTC)
        read = datetime.fromisoformat(text.upper())
    except (ValueError, OverflowError, OSError):
        message = "write it as 2026-03-01T02:09:00Z" if text else "it is missing"
        raise _Wrong("time", message) from None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)

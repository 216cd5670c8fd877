"""Which address speaks which sender's language."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from watchfloor.aiops.operation.events import STREAMS
from watchfloor.noc.intake import answers, events, native
from watchfloor.noc.intake.answers import Answer, Outcome
from watchfloor.noc.intake.arrival import Arrival
from watchfloor.noc.intake.bodies import BODY_LIMIT
from watchfloor.noc.intake.reads import Reads, Refused
from watchfloor.noc.intake.sources import alertmanager, grafana, mapped, pagerduty, prometheus


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a sender speaks, and what it understands as an answer."""

    name: str
    parse: Callable[[bytes, Arrival], Reads]
    answer: Callable[[Outcome], Answer] = answers.answer
    refuse: Callable[[Refused], Answer] = answers.refusal
    body_limit: int = BODY_LIMIT
    key_in_body: Callable[[bytes], str] | None = None
    repeat_seconds: int | None = None
    """How long an identity holds, where that is shorter than what identities are kept for."""
    busy_status: int = 429
    """What a key over its own rate is told: 503 where the sender retries that only."""


@dataclass(frozen=True, slots=True)
class Door:
    """An address that was asked for: its dialect, the key in it, the template it names."""

    dialect: Dialect
    key: str = ""
    template: str = ""


NATIVE = Dialect("native", native.parse)
PROMETHEUS = Dialect("prometheus", prometheus.parse, answer=prometheus.answer, busy_status=503)
ALERTMANAGER = Dialect("alertmanager", alertmanager.parse, busy_status=503)
GRAFANA = Dialect("grafana", grafana.parse, busy_status=503)
PAGERDUTY = Dialect(
    "pagerduty",
    pagerduty.parse,
    pagerduty.answer,
    pagerduty.refusal,
    body_limit=pagerduty.BODY_LIMIT,
    key_in_body=pagerduty.key_in_body,
    repeat_seconds=pagerduty.REPEAT_SECONDS,
)
_SHARED = "/api/v1/alerts"
"""Django lists alerts at the address where they are sent to."""
DOORS = {
    _SHARED: Door(NATIVE),
    "/api/v2/alerts": Door(PROMETHEUS),
    "/ingest/alertmanager": Door(ALERTMANAGER),
    "/ingest/grafana": Door(GRAFANA),
    "/v2/enqueue": Door(PAGERDUTY),
}
MAPPED = Dialect("mapped", mapped.parse)
_EVENTS = "/api/v1/events"
DOORS[_EVENTS] = Door(Dialect("events", events.parse_mixed))
DOORS |= {
    f"{_EVENTS}/{stream}": Door(Dialect(stream, partial(events.parse, stream)))
    for stream in STREAMS
}
_MAPPED = "/ingest/json/"
_KEYED = "/k/"
_HISTORY = re.compile(rb"(?:^|&)history=([^&]*)")


def _no_stream(body: bytes, arrival: Arrival) -> Reads:
    raise Refused(404, "not_found", f"there is no such stream: send to one of {', '.join(STREAMS)}")


_NO_STREAM = Door(Dialect("events", _no_stream))


def door_of(scope: MutableMapping[str, Any]) -> Door | None:
    """Return the door, or None where the address is not the intake's.

    A key in the address is taken out of `scope`, so that no log of the server holds more of it
    than its last four characters.
    """
    path: str = scope["path"]
    if door := _door_at(path):
        return door if scope["method"] == "POST" or path != _SHARED else None
    return _keyed_door(scope, path) if path.startswith(_KEYED) else None


def is_history(query: bytes) -> bool:
    """Whether what comes is to be recorded, and to raise nothing.

    Raises: Refused for a word that may mean either: a year taken for news would raise alarms.
    """
    found = _HISTORY.search(query)
    if found is not None and found[1] not in (b"true", b"false"):
        raise Refused(400, "invalid", "history: send true, or leave it out")
    return found is not None and found[1] == b"true"


def _door_at(path: str) -> Door | None:
    if path.startswith(_MAPPED):
        return Door(MAPPED, template=path.removeprefix(_MAPPED).rstrip("/"))
    if path not in DOORS and path.startswith(f"{_EVENTS}/"):
        return _NO_STREAM
    return DOORS.get(path)


def _keyed_door(scope: MutableMapping[str, Any], path: str) -> Door | None:
    key, _, rest = path.removeprefix(_KEYED).partition("/")
    masked = f"{_KEYED}...{key[-4:]}/{rest}"
    scope.update(path=masked, raw_path=masked.encode())
    door = _door_at(f"/{rest}")
    return None if door is None else replace(door, key=key)

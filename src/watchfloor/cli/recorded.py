"""A recorded run of an operation: its streams and alerts, merged in the order they came.

The folder has the form of a run of `demo company`: a file for each stream, one for the alerts, and
`world.json`, which says whose each site is.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watchfloor.aiops.alerts.reading import parse_timestamp
from watchfloor.aiops.errors import ReportError
from watchfloor.aiops.operation.events import STREAMS
from watchfloor.aiops.types import Seconds
from watchfloor.cli.files import opened
from watchfloor.cli.history import UNREADABLE, Item
from watchfloor.cli.identities import KNOWN_BY_ID, said_by
from watchfloor.embedded.errors import Misuse

ALERTS_DOOR, EVENTS_DOOR = "/api/v1/alerts", "/api/v1/events"
_ENDINGS = (".jsonl.gz", ".jsonl")


@dataclass(frozen=True, slots=True)
class Sendable:
    """What is sent through which door, when it came, and whose it is."""

    door: str
    content: str
    """JSON."""
    arrived_at: Seconds
    tenant: str


class Ids:
    """Ids for events that have none, by what they say, where the intake keeps nothing else to know
    them by: a file sent again counts once, and like rows of one file count each."""

    def __init__(self) -> None:
        self._said: Counter[str] = Counter()

    def put(self, event: dict[str, Any], stream: str) -> None:
        if stream not in KNOWN_BY_ID or event.get("id"):
            return
        said = said_by(event)
        self._said[said] += 1
        event["id"] = f"{said}-{self._said[said]}"


def sendable(item: Item) -> Sendable:
    return Sendable(ALERTS_DOOR, json.dumps(item.body), item.arrived_at, item.tenant)


def streams_of(folder: Path) -> list[Sendable]:
    """Return the events of all streams that the folder holds, in order. Raises: Misuse."""
    tenants = _tenants(folder)
    found: list[Sendable] = []
    for stream in STREAMS:
        for file in (folder / f"{stream}{ending}" for ending in _ENDINGS):
            if file.exists():
                found += _events(file, stream, tenants)
                break
    found.sort(key=lambda one: one.arrived_at)
    return found


def _events(file: Path, stream: str, tenants: Mapping[str, str]) -> Iterator[Sendable]:
    ids = Ids()
    try:
        with opened(file) as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _event(line, stream, tenants, ids, f"{file.name}, line {number}")
    except UNREADABLE as error:
        raise Misuse(f"{file.name} cannot be read: {error}") from None


def _event(line: str, stream: str, tenants: Mapping[str, str], ids: Ids, where: str) -> Sendable:
    try:
        row = json.loads(line)
        at = parse_timestamp(row.get("ts"))
    except (ValueError, AttributeError, ReportError) as error:
        raise Misuse(f"{where}: {error}") from None
    if at is None:
        raise Misuse(f"{where} has no ts")
    ids.put(row, stream)
    tenant = row.get("tenant") or tenants.get(row.get("site", ""), "")
    content = json.dumps({"stream": stream, **row})
    return Sendable(EVENTS_DOOR, content, at, str(tenant))


def _tenants(folder: Path) -> dict[str, str]:
    """Return whose each site is, where the folder says."""
    for name in ("world.json.gz", "world.json"):
        if (folder / name).exists():
            return {site["id"]: site["tenant"] for site in _world(folder / name)["sites"]}
    return {}


def _world(file: Path) -> dict[str, Any]:
    try:
        text = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        read: dict[str, Any] = json.loads(text)
    except (*UNREADABLE, ValueError) as error:
        raise Misuse(f"{file.name} cannot be read: {error}") from None
    return read

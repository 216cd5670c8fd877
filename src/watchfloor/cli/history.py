"""Recorded reports from files, as senders would have sent them: CSV or JSONL, gzipped or not.

Columns are given our names by a map; what has no place of its own becomes a label, as at the
intake. `replay` sends these items, `backtest` reads them with the intake's own reader, so that
both mean the same.
"""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from watchfloor.aiops.alerts.reading import parse_timestamp
from watchfloor.aiops.errors import ReportError
from watchfloor.aiops.types import Seconds
from watchfloor.cli.files import opened
from watchfloor.embedded.errors import Misuse
from watchfloor.platform.tables import read_table

FIELDS = frozenset(
    {
        "id", "timestamp", "alert_type", "severity", "status", "source", "client", "site",
        "entity", "entity_type", "entity_id", "device", "person", "message", "dedup_key",
        "received_at", "tenant",
    }
)  # fmt: skip
_ALERTS_OF_RUN = ("alerts.jsonl.gz", "alerts.jsonl")
UNREADABLE = (OSError, EOFError, UnicodeDecodeError, csv.Error, zlib.error)


@dataclass(frozen=True, slots=True)
class Item:
    """One recorded report: what is sent, when it arrived, and whose it is."""

    body: dict[str, Any]
    arrived_at: Seconds
    tenant: str
    line: int


def column_map(text: str, fields: Collection[str] = FIELDS) -> dict[str, str]:
    """Return {column: field} of "id=alert_id,timestamp=time". Raises: Misuse."""
    columns: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        field, equals, column = part.partition("=")
        if not equals or field not in fields:
            raise Misuse(
                f"--map: {part!r} is not FIELD=COLUMN; fields: {', '.join(sorted(fields))}"
            )
        columns[column] = "entity_id" if field == "entity" else field
    return columns


def read_items(path: Path, columns: Mapping[str, str]) -> list[Item]:
    """Return the items in order of arrival. Raises: Misuse that names file, line and field."""
    file = alerts_file(path)
    try:
        items = list(_items(file, columns))
    except UNREADABLE as error:
        raise Misuse(f"{file.name} cannot be read: {error}") from None
    items.sort(key=lambda item: item.arrived_at)
    return items


def _items(file: Path, columns: Mapping[str, str]) -> Iterator[Item]:
    with opened(file) as lines:
        rows = read_table(lines).rows if ".csv" in file.suffixes else objects(lines, file)
        for number, row in enumerate(rows, start=1):
            yield _item(row, columns, f"{file.name}, row {number}", number)


def alerts_file(path: Path) -> Path:
    """Return the file of alerts: the path itself, or the one in a recorded run's folder."""
    if not path.is_dir():
        return path
    for name in _ALERTS_OF_RUN:
        if (path / name).exists():
            return path / name
    raise Misuse(
        f"{path} holds no {_ALERTS_OF_RUN[-1]}; name a file, or a folder of a recorded run"
    )


def has_alerts(folder: Path) -> bool:
    return any((folder / name).exists() for name in _ALERTS_OF_RUN)


@contextmanager
def written(file: Path) -> Iterator[IO[str]]:
    """Yield the file to write to. Raises: Misuse where there can be none."""
    try:
        text = _created(file)
    except OSError as error:
        raise Misuse(f"{file} cannot be written: {error.strerror}") from None
    with text:
        yield text


def _created(file: Path) -> IO[str]:
    if file.suffix == ".gz":
        return gzip.open(file, "wt", encoding="utf-8", newline="")
    return file.open("w", encoding="utf-8", newline="")


def objects(lines: Iterable[str], file: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise Misuse(f"{file.name}, line {number} is no JSON: {error}") from None
        if not isinstance(row, dict):
            raise Misuse(f"{file.name}, line {number} is no JSON object")
        yield row


def _item(row: Mapping[str, Any], columns: Mapping[str, str], where: str, line: int) -> Item:
    body = {
        columns.get(name, name): value
        for name, value in row.items()
        if name and value not in ("", None)
    }
    arrived = body.pop("received_at", None)
    tenant = str(body.pop("tenant", ""))
    try:
        arrived_at = parse_timestamp(arrived if arrived is not None else body.get("timestamp"))
    except ReportError as error:
        raise Misuse(f"{where}: {error}") from None
    if arrived_at is None:
        raise Misuse(f"{where} has no timestamp: name its column by --map timestamp=COLUMN")
    if "alert_type" not in body:
        raise Misuse(f"{where} has no alert_type: name its column by --map alert_type=COLUMN")
    if "id" in body:
        body["id"] = str(body["id"])
    return Item(body, arrived_at, tenant, line)

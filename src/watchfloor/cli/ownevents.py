"""Somebody's own table of what happened, in their columns and words: events of one stream.

All of it is read as the floor would before any of it is sent, so that a fault names its row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from msgspec import inspect

from watchfloor.aiops.operation import stored
from watchfloor.aiops.operation.events import STREAMS
from watchfloor.aiops.operation.stored import EventError
from watchfloor.cli.files import opened
from watchfloor.cli.history import UNREADABLE, objects
from watchfloor.cli.recorded import EVENTS_DOOR, Ids, Sendable
from watchfloor.embedded.errors import Misuse
from watchfloor.platform.tables import Table, field_named, read_table, with_point
from watchfloor.platform.zones import in_zone

TIMES = ("ts", "start", "end", "due", "created")
LISTS = ("people", "checkpoints")
CODED = ("kind", "state")
"""Fields that hold one of a few words, which other tools call otherwise."""
MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a table: the stream, its fields by column, what its words mean, its clock."""

    stream: str
    fields: Mapping[str, str]
    words: Mapping[str, str]
    zone: str


def fields_of(stream: str) -> frozenset[str]:
    """Return the fields that events of the stream may have."""
    structs = _structs(stream)
    tags = {kind.tag_field for kind in structs if kind.tag_field}
    return frozenset(tags | {field.encode_name for kind in structs for field in kind.fields})


def _numbers_of(stream: str) -> frozenset[str]:
    """Return the fields that hold numbers with a fraction."""
    return frozenset(
        field.encode_name
        for kind in _structs(stream)
        for field in kind.fields
        if any(isinstance(one, inspect.FloatType) for one in _either(field.type))
    )


def _structs(stream: str) -> list[inspect.StructType]:
    kinds = _either(inspect.type_info(STREAMS[stream]))
    return [kind for kind in kinds if isinstance(kind, inspect.StructType)]


def _either(kind: inspect.Type) -> tuple[inspect.Type, ...]:
    return kind.types if isinstance(kind, inspect.UnionType) else (kind,)


def words_of(text: str) -> dict[str, str]:
    """Return {theirs: ours} of "IN=check_in,OUT=check_out". Raises: Misuse."""
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    for theirs, equals, ours in pairs:
        if not (theirs.strip() and equals and ours.strip()):
            raise Misuse(f"--words: {theirs!r} is not THEIRS=OURS, such as IN=check_in")
    return {theirs.strip(): ours.strip() for theirs, _, ours in pairs}


def read_events(file: Path, reading: Reading) -> list[Sendable]:
    """Return the events in order of time. Raises: Misuse that names rows, fields and cures."""
    found: list[Sendable] = []
    faults: dict[str, list[int]] = {}
    ids = Ids()
    try:
        for number, row in _rows(file, reading):
            try:
                found.append(_event(row, reading, ids))
            except EventError as error:
                faults.setdefault(error.fault.message, []).append(number)
    except UNREADABLE as error:
        raise Misuse(f"{file.name} cannot be read: {error}") from None
    if faults:
        raise Misuse(_told(faults, file, reading))
    return sorted(found, key=lambda one: one.arrived_at)


def left_out(file: Path, reading: Reading) -> list[str]:
    """Return the columns of the table that no field takes."""
    known = fields_of(reading.stream)
    first = next((row for _, row in _rows(file, reading)), {})
    return [name for name in first if name and _field(name, reading) not in known]


def _rows(file: Path, reading: Reading) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with opened(file) as lines:
        if ".csv" in file.suffixes:
            yield from enumerate(_pointed(read_table(lines), reading), start=1)
        else:
            yield from enumerate(objects(lines, file), start=1)


def _pointed(table: Table, reading: Reading) -> Iterator[Mapping[str, str]]:
    """Yield the rows with points in their numbers where the table may have commas in them."""
    numbers = _numbers_of(reading.stream)
    heads = {head for head in table.heads if _field(head, reading) in numbers}
    for row in table.rows:
        if table.has_decimal_commas:
            row |= {head: with_point(row[head]) for head in heads & row.keys()}
        yield row


def _field(head: str, reading: Reading) -> str:
    """Return the field of a column: as `--map` says, else the one that is called so."""
    return reading.fields.get(head) or field_named(head)


def _event(row: Mapping[str, Any], reading: Reading, ids: Ids) -> Sendable:
    event: dict[str, Any] = {
        _field(name, reading): value
        for name, value in row.items()
        if name and value not in (None, "")
    }
    for name in TIMES:
        if name in event:
            event[name] = in_zone(event[name], reading.zone)
    for name in CODED:
        if isinstance(word := event.get(name), str):
            event[name] = reading.words.get(word.strip(), word)
    for name in LISTS:
        if isinstance(cell := event.get(name), str):
            event[name] = [part.strip() for part in cell.split(",") if part.strip()]
    ids.put(event, reading.stream)
    content = json.dumps(event)
    at = stored.read(reading.stream, content.encode()).ts
    return Sendable(f"{EVENTS_DOOR}/{reading.stream}", content, at, "")


def _told(faults: Mapping[str, list[int]], file: Path, reading: Reading) -> str:
    """Say each fault once, by its first row and how many more have it."""
    said = [
        f"row {first}{f' and {len(others)} more' if others else ''}: {message}"
        for message, (first, *others) in islice(faults.items(), MOST_TOLD)
    ]
    known = ", ".join(sorted(fields_of(reading.stream)))
    cures = "columns are named by --map FIELD=COLUMN, words of kind and state by --words"
    return f"nothing of {file.name} was sent. {'; '.join(said)}. {cures}; fields: {known}"

"""Importing a table: all of its rows or none, and what is wrong with which."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, get_args

from django.db import transaction
from ninja import Schema
from pydantic import AliasChoices, BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from watchfloor.platform.errors import Invalid
from watchfloor.platform.tables import (
    BEYOND,
    Table,
    field_named,
    iso_day,
    read_table,
    with_point,
)

BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet calculates what begins so: our files put a quote before it."""

WRITE_DAYS = "write 2026-12-31 or 31.12.2026"
MOST_NAMED = 10
"""Of a circle of rows: longer ones are cut."""


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one row (counted from 1) of one kind, and in which field."""

    kind: str
    row: int
    field: str
    message: str


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do. `notes` say what of it was passed over, and why."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def note_unknown(
        self, kind: str, rows: Iterable[Mapping[str, Any]], spec: type[BaseModel]
    ) -> None:
        """Note each field of the rows that their spec has not."""
        self.notes += passed_over(kind, rows, fields_of(spec))


class ImportOut(Schema):
    """An import as the API answers with it; where there are errors, nothing was changed."""

    created: int
    changed: int
    unchanged: int
    errors: list[dict[str, Any]]
    notes: list[str] = []


class _Undo(Exception):
    """Takes back a rehearsed or faulty import."""


@contextmanager
def all_or_nothing(*, dry_run: bool) -> Iterator[ImportReport]:
    """Run the block in a transaction that stands only if its report has no error, and for real.

    The counts of a rehearsal are those of what would be done; beside errors they are 0.
    """
    report = ImportReport()
    with suppress(_Undo), transaction.atomic():
        yield report
        if report.errors or dry_run:
            raise _Undo
    if report.errors:
        report.created = report.changed = report.unchanged = 0


def faults_of(
    kind: str, number: int, error: ValidationError, *, whole: str = "row"
) -> list[RowError]:
    """Return each fault of a row, in our own words; parts of a list are counted as people count.

    `whole` is the field for what is wrong with the row and with no field of it.
    """
    return [
        RowError(kind, number, _field(one["loc"]) or whole, _said(one)) for one in error.errors()
    ]


def _said(fault: ErrorDetails) -> str:
    if fault["type"].startswith(("date_", "datetime_")) and isinstance(fault["input"], str):
        return f"{fault['input'][:64]!r} is no day that everybody reads alike: {WRITE_DAYS}"
    return fault["msg"].removeprefix("Value error, ")


def passed_over(
    kind: str, rows: Iterable[Mapping[str, Any]], known: Iterable[str]
) -> Iterator[str]:
    """Yield a note for each field of the rows that nobody knows, with the nearest that is known."""
    names = sorted(known)
    for name in dict.fromkeys(str(name) for row in rows for name in row):
        if name not in names:
            near = get_close_matches(name, names, n=1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            yield f"No field of a {kind} is called {name[:64]!r}: it was passed over{meant}"


def faults_of_circles(
    kind: str, field: str, numbers: Mapping[str, int], above: Mapping[str, str | None]
) -> list[RowError]:
    """Return a fault for each circle of rows above each other, at its first row in the table.

    `numbers` are those of the table's rows and `above` is what stands above each that is known,
    both by code. Others than those of the table are not named: not everybody may know them.
    """
    faults = []
    for circle in _circles(numbers, above):
        first = min(filter(numbers.__contains__, circle), key=numbers.__getitem__)
        start = circle.index(first)
        named = [code if code in numbers else "…" for code in (*circle[start:], *circle[:start])]
        way = ", ".join([*named[:MOST_NAMED], first])
        message = f"{first!r} would be above itself ({way}); name another one"
        faults.append(RowError(kind, numbers[first], field, message))
    return faults


def _circles(codes: Iterable[str], above: Mapping[str, str | None]) -> Iterator[list[str]]:
    """Yield each circle that goes through one of the codes, once."""
    seen: set[str] = set()
    for start in codes:
        way: list[str] = []
        code: str | None = start
        while code is not None and code not in seen:
            seen.add(code)
            way.append(code)
            code = above.get(code)
        if code in way:
            yield way[way.index(code) :]


def _field(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in location)


def read_csv(
    text: str | Iterable[str],
    *,
    what: str,
    needs: Sequence[str],
    every: bool = False,
    spec: type[BaseModel] | None = None,
) -> list[dict[str, str]]:
    """Return the filled cells of each row, by the fields that its heads mean.

    Numbers with a decimal comma and days with dots are put as the fields of `spec` take them. A
    quote that our files put before a formula is gone.
    Raises: Invalid where it is no table of `what`: one with any column that it `needs`, or `every`.
    """
    try:
        table = read_table(io.StringIO(text) if isinstance(text, str) else text)
        fields = _fields(table, what, needs, every=every)
        numbers = fields_of(spec, float) if spec and table.has_decimal_commas else frozenset()
        days = fields_of(spec, date, datetime) if spec else frozenset()
        spellings = dict.fromkeys(numbers, with_point) | dict.fromkeys(days, iso_day)
        return [_cells(number, row, fields, spellings) for number, row in enumerate(table.rows, 1)]
    except csv.Error as error:
        raise Invalid("This is no CSV.", fields={"csv": str(error)}) from None


def _fields(table: Table, what: str, needs: Sequence[str], *, every: bool) -> dict[str, str]:
    """Return the field of each head."""
    fields = {head: field_named(head) for head in table.heads if head}
    lacking = [name for name in needs if name not in fields.values()]
    if lacking if every else len(lacking) == len(needs):
        wanted = ", ".join(lacking) if every else needs[0]
        there = ", ".join(map(repr, fields)) or "nothing"
        cure = f"add a column: {wanted}; its first line has {there}"
        raise Invalid(f"This is no table of {what}.", fields={"csv": cure})
    seen: dict[str, str] = {}
    for head, name in fields.items():
        if name in seen:
            cure = f"{seen[name]!r} and {head!r} are one column: take one of them out"
            raise Invalid(f"This is no table of {what}.", fields={"csv": cure})
        seen[name] = head
    return fields


def _cells(
    number: int,
    row: Mapping[str, str],
    fields: Mapping[str, str],
    spellings: Mapping[str, Callable[[str], str]],
) -> dict[str, str]:
    if BEYOND in row:
        cure = f"row {number} has more cells than there are heads: put quotes around such text"
        raise Invalid("This is no CSV.", fields={"csv": cure})
    said = {fields[head]: _plain(cell) for head, cell in row.items() if head in fields and cell}
    return {name: spellings.get(name, str)(cell) for name, cell in said.items()}


def fields_of(spec: type[BaseModel], *kinds: type) -> frozenset[str]:
    """Return the fields of a spec that hold such values, or any, by all names under which they
    come."""
    return frozenset(
        name
        for field, shape in spec.model_fields.items()
        if not kinds or set(kinds) & {shape.annotation, *get_args(shape.annotation)}
        for name in _names(field, shape)
    )


def _names(field: str, shape: FieldInfo) -> Iterator[str]:
    yield field
    if isinstance(shape.validation_alias, AliasChoices):
        yield from (name for name in shape.validation_alias.choices if isinstance(name, str))


def _plain(cell: str) -> str:
    is_marked = cell.startswith(tuple(f"'{mark}" for mark in BEGINS_A_FORMULA))
    return cell[1:] if is_marked else cell

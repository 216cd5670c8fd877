"""Importing a table: all of its rows or none, and what is wrong with which."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from ninja import Schema
from pydantic import ValidationError

from watchfloor.platform.errors import Invalid

BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet calculates what begins so: our files put a quote before it."""

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
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)


class ImportOut(Schema):
    """An import as the API answers with it; where there are errors, nothing was changed."""

    created: int
    changed: int
    unchanged: int
    errors: list[dict[str, Any]]


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
        RowError(
            kind, number, _field(one["loc"]) or whole, one["msg"].removeprefix("Value error, ")
        )
        for one in error.errors()
    ]


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


def read_csv(text: str, *, what: str, needs: frozenset[str]) -> list[dict[str, str]]:
    """Return the filled cells of each row. A quote that our files put before a formula is gone.

    Raises: Invalid where it is no table of `what`: one with a column that it `needs`.
    """
    lines = csv.DictReader(io.StringIO(text.removeprefix("\N{BYTE ORDER MARK}")))
    try:
        if not needs & set(lines.fieldnames or ()):
            cure = f"add a column: {min(needs)}"
            raise Invalid(f"This is no table of {what}.", fields={"csv": cure})
        return [{name: _plain(cell) for name, cell in line.items() if name and cell}
                for line in lines]  # fmt: skip
    except csv.Error as error:
        raise Invalid("This is no CSV.", fields={"csv": str(error)}) from None


def _plain(cell: str) -> str:
    is_marked = cell.startswith(tuple(f"'{mark}" for mark in BEGINS_A_FORMULA))
    return cell[1:] if is_marked else cell

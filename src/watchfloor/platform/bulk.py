"""Many rows in one statement: an array for each column, sent in binary, taken apart by `unnest`.

Measured for 1,000 report rows of 18 columns, per row: 4 us here and 8 us in PostgreSQL; Django's
own cursor needs 24 us here for the same statement, and a VALUES list 62 us.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """Columns of rows that travel together, as `name type` pairs.

    The type is what the array carries; `cast` in the statement turns it into the column's: text
    for uuid and jsonb, float8 (unix seconds) for timestamptz spare Python the conversion.
    """

    columns: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, text: str) -> Shape:
        """Read `id text, at float8, ...`."""
        pairs = (part.split() for part in text.replace("\n", " ").split(","))
        return cls(tuple((name, kind) for name, kind in pairs))

    def source(self, name: str = "x") -> str:
        """Return the FROM item that yields the rows under `name`."""
        arrays = ", ".join(f"%b::{kind}[]" for _, kind in self.columns)
        return f"unnest({arrays}) AS {name}({', '.join(column for column, _ in self.columns)})"

    def arrays(self, rows: Iterable[Row]) -> list[list[Any]]:
        found = list(zip(*rows, strict=True)) or [()] * len(self.columns)
        return [
            _floats(column) if kind == "float8" else list(column)
            for (_, kind), column in zip(self.columns, found, strict=True)
        ]


def _floats(column: Sequence[float | None]) -> list[float | None]:
    """Return it without whole numbers: types take them for floats, and no array holds both."""
    if int in set(map(type, column)):
        return [None if value is None else float(value) for value in column]
    return list(column)


def run(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one prepared statement in the tenant's transaction; return its rows, if it has any."""
    with connection.cursor():  # makes the session the tenant's
        wire = connection.connection
    with connection.wrap_database_errors, psycopg.Cursor(wire) as cursor:
        cursor.execute(statement.encode(), parameters, prepare=True, binary=True)
        return cursor.fetchall() if cursor.description else []

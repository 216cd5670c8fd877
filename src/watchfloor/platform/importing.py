"""Importing a table: all of its rows or none, and what is wrong with which."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from django.db import transaction


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

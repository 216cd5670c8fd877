"""Lists as a file for a spreadsheet, which runs nothing of what senders and people wrote."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import IO

from watchfloor.platform.importing import BEGINS_A_FORMULA

MOST = 50_000
_MARK = "\N{BYTE ORDER MARK}"
"""Without it the commonest spreadsheet takes UTF-8 for something older."""


def written(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, most: int = MOST
) -> tuple[IO[bytes], int]:
    """Return an open file of the rows, and how many they are. A file that is cut ends with so.

    It is on disk and of one time: what is read while it is written never lies in memory whole.
    """
    with ExitStack() as until_written:
        file = until_written.enter_context(tempfile.TemporaryFile())
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        text.write(_MARK)
        writer, number = csv.writer(text), 0
        writer.writerow(columns)
        for row in rows:
            if number == most:
                writer.writerow([f"Only the first {most:,} rows: narrow the list for the others."])
                break
            writer.writerow([cell(value) for value in row])
            number += 1
        text.detach()
        until_written.pop_all()
    return file, number


def cell(value: object) -> object:
    """Return the value as a cell; text that a spreadsheet would calculate is marked as text.

    >>> cell("=1+1"), cell("+44 20 7946 0001"), cell(-0.12), cell(None), cell("North")
    ("'=1+1", "'+44 20 7946 0001", -0.12, '', 'North')
    >>> cell(True), cell(["-a", "b"]), cell(datetime(2026, 3, 2, 2, 9, tzinfo=UTC))
    ('yes', "'-a, b", '2026-03-02T02:09:00+00:00')
    """
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="seconds")
        case list() | tuple():
            return cell(", ".join(str(one) for one in value))
        case str() if value.startswith(BEGINS_A_FORMULA):
            return f"'{value}"
    return value

"""Tables as spreadsheets of any country write them: delimiter, heads, numbers and days.

A German or French Excel parts cells by semicolons, because its numbers have commas.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

BYTE_ORDER_MARK = "\N{BYTE ORDER MARK}"
DELIMITERS = ",;\t|"
BEYOND = ""
_SAYS_DELIMITER = re.compile(r"sep=(.)\s*$", re.IGNORECASE)
"""The line that Excel writes, and reads, before the heads."""
_QUOTED = re.compile(r'"[^"]*"')
_DECIMAL = re.compile(r"\s*([+-]?\d+),(\d+)\s*")
_DOTTED = re.compile(r"\s*(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?\s+(\d{1,2}):(\d\d(?::\d\d)?))?\s*")


@dataclass(frozen=True, slots=True)
class Table:
    """The heads as they are written, and a row for each line, by its head.

    What stands beyond the last head is under `BEYOND`.
    """

    heads: Sequence[str]
    delimiter: str
    rows: Iterator[dict[str, str]]

    @property
    def has_decimal_commas(self) -> bool:
        return self.delimiter != ","


def read_table(lines: Iterable[str]) -> Table:
    """Return the table of these lines. A head that comes twice has a number behind it.

    Raises: csv.Error, here or while its rows are read.
    """
    rest = iter(lines)
    head = next(rest, "").removeprefix(BYTE_ORDER_MARK)
    if said := _SAYS_DELIMITER.match(head):
        delimiter, head = said[1], next(rest, "")
    else:
        delimiter = max(DELIMITERS, key=_QUOTED.sub("", head).count)
    cells = csv.reader(chain([head], rest), delimiter=delimiter)
    heads = _told_apart(next(cells, []))
    return Table(heads, delimiter, (_row(heads, line) for line in cells if line))


def _row(heads: Sequence[str], line: Sequence[str]) -> dict[str, str]:
    row = dict(zip_longest(heads, line[: len(heads)], fillvalue=""))
    if any(beyond := line[len(heads) :]):
        row[BEYOND] = " ".join(beyond)
    return row


def _told_apart(names: Iterable[str]) -> list[str]:
    seen: dict[str, int] = {}
    found = []
    for name in map(str.strip, names):
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return found


def field_named(head: str) -> str:
    """Return the field that a head may mean.

    >>> [field_named(head) for head in ("Valid until", "validUntil", "VALID-UNTIL")]
    ['valid_until', 'valid_until', 'valid_until']
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", head.strip())
    return re.sub(r"[^a-z0-9@]+", "_", spaced.lower()).strip("_")


def with_point(cell: str) -> str:
    """Return a number that has a decimal comma with a point; anything else stays.

    >>> with_point("48,8566"), with_point("1.234,5")
    ('48.8566', '1.234,5')
    """
    found = _DECIMAL.fullmatch(cell)
    return f"{found[1]}.{found[2]}" if found else cell


def iso_day(cell: str) -> str:
    """Return a day, and its time, that is written with dots as ISO 8601 has it; others stay.

    With dots the day comes first everywhere. With slashes it comes first in Paris and second in
    Boston: that is left to whoever reads it, to be refused.

    >>> iso_day("1.12.2026"), iso_day("01.12.2026 6:30"), iso_day("1/12/2026")
    ('2026-12-01', '2026-12-01T06:30', '1/12/2026')
    """
    found = _DOTTED.fullmatch(cell)
    if found is None:
        return cell
    day = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
    return f"{day}T{found[4]:0>2}:{found[5]}" if found[4] else day

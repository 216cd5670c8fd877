"""Lists as a file for a spreadsheet, which runs nothing of what senders and people wrote."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import chain

from django.http import HttpResponse

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_MARK = "\N{BYTE ORDER MARK}"
"""Without it the commonest spreadsheet takes UTF-8 for something older."""


def as_csv(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Answer with a file of this name."""
    text = io.StringIO()
    text.write(_MARK)
    writer = csv.writer(text)
    for row in chain([columns], rows):
        writer.writerow([cell(value) for value in row])
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def cell(value: object) -> object:
    """Return the value as a cell; text that a spreadsheet would calculate is marked as text.

    >>> cell("=1+1"), cell("+44 20 7946 0001"), cell(-0.12), cell(None), cell("North")
    ("'=1+1", "'+44 20 7946 0001", -0.12, '', 'North')
    """
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_BEGINS_A_FORMULA):
        return f"'{value}"
    return value

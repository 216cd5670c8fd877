"""Standing orders as a table: a row for each step, the rows of one order below each other.

What is the same for all steps of an order needs to stand in its first row only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from watchfloor.noc.orders import selectors
from watchfloor.noc.orders.models import OrderVersion
from watchfloor.platform.importing import read_csv

COLUMNS = ("code", "title", "client", "site", "alert_type", "hours", "step", "required")
_OF_ORDER = COLUMNS[:-2]
_YES, _NO = ("yes", "true", "1", "x"), ("", "no", "false", "0")
Order = dict[str, Any]


def read(text: str) -> list[tuple[int, Order]]:
    """Return the orders of a CSV text, each with the row at which it begins, counted from 1.

    Raises: Invalid where it is no such table; what a row says is for the import to judge.
    """
    lines = read_csv(text, what="orders", needs=("code", "title", "step"), every=True)
    return list(_orders(lines))


def _orders(lines: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, Order]]:
    order: Order | None = None
    begins = 0
    for number, line in enumerate(lines, start=1):
        row = {name: (line.get(name) or "").strip() for name in COLUMNS}
        if order is None or row["code"] not in ("", order["code"]):
            if order is not None:
                yield begins, order
            order, begins = {name: row[name] for name in _OF_ORDER} | {"steps": []}, number
        if row["step"]:
            order["steps"].append({"text": row["step"], "is_required": _said(row["required"])})
    if order is not None:
        yield begins, order


def _said(word: str) -> bool | str:
    """Return what a cell says; a word that says neither is left for the import to refuse."""
    known = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}
    return known.get(word.lower(), word)


def rows(versions: Iterable[OrderVersion]) -> Iterator[list[object]]:
    """Yield the cells of these orders under `COLUMNS`, as `read` takes them."""
    for version in versions:
        place = selectors.place_of(version)
        about = (version.order.code, version.title, place["client"], place["site"])
        for step in version.steps:
            required = "yes" if step["is_required"] else "no"
            yield [*about, version.alert_type, version.hours, step["text"], required]

"""What a list is as a file: its rows as somebody asks for them, and what stands in each column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

from watchfloor.console.pages import ENTRIES, Entry
from watchfloor.console.ranges import Reader
from watchfloor.platform.accounts.capabilities import EXPORT
from watchfloor.platform.accounts.scope import Scope, Viewer
from watchfloor.platform.errors import Denied
from watchfloor.platform.paging import cut

T = TypeVar("T")
R = TypeVar("R")
M = TypeVar("M", bound=Model)
PART = 1000
"""Rows that are read at once."""
Columns = Mapping[str, Callable[[Any], object]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for a file, within where they may take it from, and how the list is narrowed."""

    viewer: Viewer
    query: QueryDict
    reader: Reader

    @property
    def scope(self) -> Scope:
        return self.viewer.scope


@dataclass(frozen=True, slots=True)
class Table:
    """A list as a file, for those who may open its page and take data out.

    `kind` is what the audit log calls a row of it. `is_whole`: only for those who may over all
    clients, though its page is for others too.
    """

    name: str
    page: str
    kind: str
    rows: Callable[[Asked], Iterable[Any]]
    columns: Columns
    is_whole: bool = False

    @property
    def entry(self) -> Entry:
        return ENTRIES[self.page]

    def is_for(self, viewer: Viewer) -> bool:
        entry = self.entry
        if not (viewer.may(EXPORT) and viewer.may(entry.capability)):
            return False
        is_whole = self.is_whole or entry.is_whole
        return not is_whole or viewer.acting(EXPORT, entry.capability).scope.all_clients

    def within(self, viewer: Viewer) -> Viewer:
        """Return the viewer where both are allowed. Raises: Denied."""
        if not self.is_for(viewer):
            raise Denied("This file is for those who may open its page and take data out.")
        return viewer.acting(EXPORT, self.entry.capability)

    def cells(self, asked: Asked) -> Iterator[Sequence[object]]:
        values = tuple(self.columns.values())
        return ([value(row) for value in values] for row in self.rows(asked))


def in_parts(found: Iterable[T], tell: Callable[[list[T]], Iterable[R]]) -> Iterator[R]:
    """Yield what `tell` makes of what is found, a part at a time."""
    rest = iter(found)
    while part := list(islice(rest, PART)):
        yield from tell(part)


def latest(rows: QuerySet[M], order: Sequence[str]) -> Iterator[M]:
    """Yield the rows in an order that none of them changes, a part at a time."""
    after: str | None = ""
    while after is not None:
        found = cut(rows, order=order, limit=PART, after=after)
        yield from found.rows
        after = found.after

"""A progress bar for people, nothing for programs: it shows on a terminal's standard error only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_T = TypeVar("_T")


class Bar:
    """Something that gets done in steps; threads may share it."""

    def __init__(self, shown: Progress | None, total: int, doing: str) -> None:
        self._shown = shown
        self._task = shown.add_task(doing, total=total) if shown else None

    def advance(self, steps: int = 1) -> None:
        if self._shown is not None and self._task is not None:
            self._shown.advance(self._task, steps)


@contextmanager
def bar(total: int, doing: str) -> Iterator[Bar]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Bar(None, total, doing)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as shown:
        yield Bar(shown, total, doing)


def progress(things: Sequence[_T], doing: str) -> Iterable[_T]:
    """Yield the things, moving a bar on with each."""
    with bar(len(things), doing) as shown:
        for thing in things:
            yield thing
            shown.advance()

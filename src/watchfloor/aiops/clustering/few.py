"""Numbers by name where there is mostly one: then a pair does, in a third of a dict's memory."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

Few: TypeAlias = tuple[str, float] | dict[str, float] | None
"""None for no number at all."""


def number_of(few: Few, name: str) -> float:
    """Return the number of that name; 0 if there is none."""
    if few is None:
        return 0.0
    if isinstance(few, tuple):
        return few[1] if few[0] == name else 0.0
    return few.get(name, 0.0)


def with_number(few: Few, name: str, number: float) -> Few:
    """Return the numbers with this one among them; a dict is changed in place."""
    if few is None:
        return name, number
    if isinstance(few, tuple):
        if few[0] == name:
            return name, number
        few = {few[0]: few[1]}
    few[name] = number
    return few


def with_more(few: Few, name: str, number: float) -> Few:
    """Return the numbers with so much added to the one of that name."""
    if few is None:
        return _pair(name, number)
    return with_number(few, name, number_of(few, name) + number)


@lru_cache(maxsize=1024)
def _pair(name: str, number: float) -> tuple[str, float]:
    """The first of a name is often the same number: then one pair does for all."""
    return name, number


def sum_of(few: Few) -> float:
    if few is None:
        return 0.0
    return few[1] if isinstance(few, tuple) else sum(few.values())

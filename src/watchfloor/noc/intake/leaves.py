"""The values of a body, each with the expression that finds it there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from watchfloor.noc.intake.expressions import LENGTH_LIMIT
from watchfloor.noc.intake.fields import shown

Step = str | int
MOST_LINES = 400
SHOWN_OF_LIST = 3
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OF_OBJECTS = frozenset(dir(dict))
"""After a dot these mean an object's own methods, and not what was sent under the name."""


@dataclass(frozen=True, slots=True)
class Line:
    """One name of a body. `expression` is empty where there is no value to take.

    `items`: for a list of objects the path that makes each of them an alert.
    """

    depth: int
    name: str
    shown: str
    expression: str
    items: str | None = None


@dataclass(frozen=True, slots=True)
class Leaves:
    """A body as a template sees it whose alerts are at `items`."""

    body: Any
    items: tuple[str, ...]

    @classmethod
    def of(cls, body: Any, items: str) -> Leaves:
        return cls(body, tuple(part for part in items.split(".") if part))

    def lines(self) -> list[Line]:
        """Return the body line by line; of a long list its first ones, of the alerts the first."""
        return list(islice(self._below(self.body, ()), MOST_LINES))

    def expression(self, steps: tuple[Step, ...]) -> str:
        """Return how the template finds the value at `steps`; empty where that is too long."""
        at = len(self.items)
        if self.items or isinstance(self.body, list):
            is_inside = len(steps) > at and steps[:at] == self.items and isinstance(steps[at], int)
            root, rest = ("item", steps[at + 1 :]) if is_inside else ("body", steps)
        else:
            root, rest = "item", steps
        text = root + "".join(map(_step, rest))
        return text if len(text) <= LENGTH_LIMIT else ""

    def _below(self, value: Any, steps: tuple[Step, ...]) -> Iterator[Line]:
        names: Iterable[tuple[Step, Any]] = ()
        if isinstance(value, dict):
            names = value.items()
        elif isinstance(value, list):
            names = enumerate(value[: 1 if steps == self.items else SHOWN_OF_LIST])
        for name, one in names:
            yield self._line(one, (*steps, name))
            yield from self._below(one, (*steps, name))

    def _line(self, value: Any, steps: tuple[Step, ...]) -> Line:
        last = steps[-1]
        name, depth = last if isinstance(last, str) else f"{last + 1}.", len(steps) - 1
        if isinstance(value, dict):
            return Line(depth, name, "" if value else "empty", "")
        if isinstance(value, list):
            return Line(depth, name, f"list of {len(value)}", "", _as_items(value, steps))
        return Line(depth, name, shown(value), self.expression(steps))


def _as_items(value: list[Any], steps: tuple[Step, ...]) -> str | None:
    names = [step for step in steps if isinstance(step, str) and step and "." not in step]
    is_path = len(names) == len(steps) and bool(value) and isinstance(value[0], dict)
    return ".".join(names) if is_path else None


def _step(step: Step) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if _WORD.fullmatch(step) and step not in _OF_OBJECTS:
        return f".{step}"
    return f"[{json.dumps(step, ensure_ascii=False)}]"

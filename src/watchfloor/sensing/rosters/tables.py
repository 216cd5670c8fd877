"""Rosters as people write them: a table of shifts. Calendars become the same rows (`calendars`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from watchfloor.platform.importing import RowError, passed_over
from watchfloor.platform.tables import field_named

KIND = "shift"
COLUMNS = ("shift", "site", "start", "end", "required", "people", "post")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Roster:
    """Shifts with the number of their first row, what is wrong with it, and what is left out.

    A row of a calendar says `where` it stands, and whether it `is_cancelled`.
    """

    rows: Sequence[tuple[int, Row]] = ()
    faults: Sequence[RowError] = ()
    notes: Sequence[str] = field(default_factory=list)


def of_table(rows: Sequence[Mapping[str, Any]]) -> Roster:
    """Return the shifts of a table.

    A shift may stand in several rows, one for each person, or name all people in one cell.
    """
    found: dict[str, tuple[int, Row]] = {}
    for number, given in enumerate(rows, start=1):
        row = {field_named(name): value for name, value in given.items()}
        people = [*people_of(row.pop("people", None)), *people_of(row.pop("person", None))]
        code = str(row.get("shift", "")).strip()
        if code in found:
            found[code][1]["people"] += people
        else:
            found[code or f"row {number}"] = (number, {**row, "people": people})
    named = (row for _, row in found.values())
    return Roster(list(found.values()), notes=list(passed_over(KIND, named, COLUMNS)))


def people_of(value: object) -> list[str]:
    """Return the people whom a cell names, with commas between, or a list."""
    if value is None:
        return []
    parts: Iterable[Any] = value if isinstance(value, list) else str(value).split(",")
    return [text for part in parts if (text := str(part).strip())]

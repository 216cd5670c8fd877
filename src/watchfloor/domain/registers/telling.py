"""Edits of registers as the log of changes tells them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from watchfloor.domain.org.changed import Changed
from watchfloor.domain.registers import selectors
from watchfloor.domain.registers.declaration import Register
from watchfloor.domain.registers.models import RegisterRow

IMPORT = "IMPORT"


def written(register: Register, rows: Sequence[RegisterRow], now: datetime) -> Changed:
    """Tell of rows that were written together; of many only how many they were."""
    if len(rows) == 1:
        return _told(register, rows[0], "written", now)
    client_id, site_id = _place(register, rows)
    text = f"{register.title}: {len(rows):,} rows written"
    return Changed(IMPORT, text, now, client_id, site_id)


def retired(register: Register, row: RegisterRow, now: datetime) -> Changed:
    return _told(register, row, "taken out of use", now)


def _told(register: Register, row: RegisterRow, done: str, now: datetime) -> Changed:
    """Name the row, but no person: whoever reads the log may not see names."""
    named = "" if register.persons else f" {row}"
    text = f"{register.kind[:1].upper()}{register.kind[1:]}{named} {done}"
    return Changed(register.change, text, now, *_place(register, [row]), person=_person(row))


def _place(register: Register, rows: Sequence[RegisterRow]) -> tuple[UUID | None, UUID | None]:
    """Return the client and site of all of them; None where they have not the same."""
    places = [selectors.place_of(register, row) for row in rows]
    return _only({client for client, _ in places}), _only({site for _, site in places})


def _only(ids: set[UUID | None]) -> UUID | None:
    return ids.pop() if len(ids) == 1 else None


def _person(row: RegisterRow) -> str:
    person = getattr(row, "person", None)
    return str(person.code) if person is not None else ""

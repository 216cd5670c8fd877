"""What stands in the cells of registers and records: values in the words and units of people."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.db.models import Model, QuerySet, URLField
from django.urls import reverse

from watchfloor.aiops.privacy.names import HIDDEN
from watchfloor.console import words
from watchfloor.console.persons import shown
from watchfloor.domain.devices.models import Device
from watchfloor.domain.helpdesk.models import Ticket
from watchfloor.domain.org.models import Site
from watchfloor.domain.people.models import Person
from watchfloor.domain.registers import selectors
from watchfloor.domain.registers.declaration import Listed, declared
from watchfloor.domain.registers.reading import RowReader
from watchfloor.domain.registers.selectors import Edit
from watchfloor.domain.registers.shapes import type_of
from watchfloor.domain.work.models import WorkOrder
from watchfloor.platform.accounts.scope import Scope

WORDS = frozenset({"category", "kind", "method", "state", "status"})
"""Fields whose texts are words of senders, like in_progress, and no codes of things."""
FEW = 3
"""So many of several stand in a list; the page of a row has all."""
_PAGES: Mapping[type[Model], str] = {
    Site: "site",
    Device: "device",
    Person: "person",
    Ticket: "ticket",
    WorkOrder: "work-order",
}
_LABELS: Mapping[str, str] = {
    "at": "When",
    "escalates_at": "Escalates at",
    "pause_seconds": "Pause between beats",
    "round_trip_ms": "Round trip",
    "signal_dbm": "Signal",
}
_TAILS = ("_at", "_code", "_m")
_UNITS: Mapping[str, str] = {
    "accuracy_m": "{:.0f} m",
    "battery": "{:.0f} %",
    "confidence": "{:.2f}",
    "distance_m": "{:.0f} m",
    "escalates_at": "{} %",
    "health": "{:.0f} of 100",
    "latitude": "{:.5f}",
    "liveness": "{:.2f}",
    "longitude": "{:.5f}",
    "loss": "{:.1f} %",
    "pause_seconds": "{:.0f} s",
    "radius_m": "{:.0f} m",
    "round_trip_ms": "{:.0f} ms",
    "signal_dbm": "{:.0f} dBm",
    "sync": "{:.0f} of 100",
    "temperature": "{:.1f} °C",
    "uptime": "{:.1%}",
}


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column; figures stand to its right, one under the other."""

    label: str
    is_figure: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a column: text that may lead to a page, or a moment."""

    label: str
    text: str = ""
    address: str = ""
    moment: datetime | None = None
    is_figure: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What a field said before an edit, and after it; `before` is empty where it said nothing."""

    label: str
    before: str
    after: str


def columns(what: Listed) -> list[Column]:
    return [Column(label(name), is_figure(what, name)) for name in what.columns]


def with_all_named(what: Listed, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return the rows with the things and persons that their cells name, all in one query."""
    beside = (_beside(what, name) or (name if what.refers(name) else "") for name in what.fields)
    for name in filter(None, beside):
        is_person = what.field(name).related_model is Person
        rows = rows.select_related(f"{name}__home_site" if is_person else name)
    return rows


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of one kind as somebody reads them, of several things in a cell at `most` so many.

    `persons` are those of whom the rows have the code alone.
    """

    reader: RowReader
    persons: Mapping[str, Person]
    most: int | None = None

    @classmethod
    def of(cls, reader: RowReader, rows: Sequence[Any], most: int | None = None) -> Sheet:
        """Return the sheet of these rows. A query where they have nothing but codes of persons."""
        what = reader.what
        is_told = "person_code" in what.fields and not _beside(what, "person_code")
        codes = {row.person_code for row in rows} if is_told else ()
        return cls(reader, persons_by_code(codes), most)

    def cells(self, row: Model, fields: Sequence[str]) -> list[Cell]:
        selectors.disclose(self.reader.what, row, fields)
        return [self._cell(row, name) for name in fields]

    def _cell(self, row: Model, name: str) -> Cell:
        what, head, value = self.reader.what, label(name), self.reader.said(row, name)
        if self.reader.is_hidden(row, name):
            return Cell(head, HIDDEN)
        if isinstance(value, datetime):
            return Cell(head, moment=value)
        if (other := self._meant(row, name)) is not None:
            return Cell(head, called(other, self.reader.names_within), page_of(other))
        said = "" if what.refers(name) else _written(what, name, value, self.most)
        address = said if isinstance(what.field(name), URLField) else ""
        return Cell(head, said, address, is_figure=is_figure(what, name))

    def _meant(self, row: Any, name: str) -> Model | None:
        """Return the row that a field refers to, or whose code it holds; None if it is unknown."""
        what = self.reader.what
        relation = name if what.refers(name) else _beside(what, name)
        if relation:
            return cast("Model | None", getattr(row, relation))
        return self.persons.get(row.person_code) if name == "person_code" else None


def persons_by_code(codes: Collection[str]) -> Mapping[str, Person]:
    """Return those with these codes whom the register of people knows. A query, if there is any."""
    wanted = set(codes) - {""}
    found = Person.objects.filter(code__in=wanted).select_related("home_site") if wanted else ()
    return {person.code: person for person in found}


def called(row: Model, within: Scope) -> str:
    """Return what a row is called: a person by name where names are read, else by code."""
    if not isinstance(row, Person):
        return str(row)
    person = shown(row, within)
    return person.code if person.is_masked else f"{person.name} ({row.code})"


def page_of(row: Model | None) -> str:
    """Return the address of the page that shows such a row by itself; "" where there is none."""
    if row is None:
        return ""
    if page := _PAGES.get(type(row)):
        return reverse(page, args=[row.pk])
    noun = next((one.noun for one in declared() if one.model is type(row)), "")
    return reverse("operation-row", args=[noun, row.pk]) if noun else ""


def label(name: str) -> str:
    """Return a field's name as people write it.

    >>> label("required_guards"), label("is_mandatory"), label("radius_m"), label("due_at")
    ('Required guards', 'Mandatory', 'Radius', 'Due')
    """
    if name in _LABELS:
        return _LABELS[name]
    said = name.removeprefix("is_")
    for tail in _TAILS:
        said = said.removesuffix(tail)
    return said[:1].upper() + said[1:].replace("_", " ")


def is_figure(what: Listed, name: str) -> bool:
    return type_of(what, name) in (int, float) and not what.field(name).choices


def edited(what: Listed, edit: Edit) -> Iterator[Said]:
    """Return what an edit changed; of the first writing, what was filled in."""
    for name, (before, after) in edit.fields.items():
        if name == "is_active" or (before is None and after in (None, "", [])):
            continue
        yield Said(label(name), *(_written(what, name, said) for said in (before, after)))


def _beside(what: Listed, name: str) -> str:
    """Return the field that holds the row itself, beside the code that was told of it; or ""."""
    other = name.removesuffix("_code")
    relations = {field.name for field in what.model._meta.concrete_fields if field.is_relation}
    return other if other != name and other in relations else ""


def _written(what: Listed, name: str, value: Any, most: int | None = None) -> str:
    if value in (None, "", []):
        return ""
    if choices := what.field(name).choices:
        return str(dict(choices).get(value, value))
    if isinstance(value, list):
        return _several([_one(name, each) for each in value], most)
    return _one(name, value)


def _one(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if name in _UNITS:
        return _UNITS[name].format(value)
    if isinstance(value, date):
        return f"{value:%-d %b %Y}"
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"
    return words.plain(value) if name in WORDS else str(value)


def _several(said: Sequence[str], most: int | None) -> str:
    if most is None or len(said) <= most + 1:
        return ", ".join(said)
    return f"{', '.join(said[:most])} and {len(said) - most} more"

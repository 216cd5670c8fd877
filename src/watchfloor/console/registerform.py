"""The form for one row of a register, from what its rows must look like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from watchfloor.console.cells import label
from watchfloor.console.reading import CHOICES
from watchfloor.domain.registers import selectors
from watchfloor.domain.registers.declaration import Register
from watchfloor.domain.registers.reading import RowReader
from watchfloor.platform.accounts.scope import Viewer

Schema = Mapping[str, Any]
_INPUTS = {"date": "date", "time": "time"}


@dataclass(frozen=True, slots=True)
class Input:
    """One field: `kind` is that of an input, or select or checkbox.

    An empty one is left out where it `may_be_empty`; a key of a row that is there stays as it is.
    """

    name: str
    label: str
    kind: str
    value: str
    help: str
    is_required: bool
    is_fixed: bool
    may_be_empty: bool
    bounds: Mapping[str, object]
    options: Sequence[tuple[str, str]]


def inputs(
    register: Register, row: Model | None, viewer: Viewer, given: Mapping[str, str] | None = None
) -> list[Input]:
    """Return the fields in the order of the spec. A query for each reference to other rows.

    `given` are values that a new row begins with.
    """
    return list(_inputs(register, row, viewer, given or {}))


def _inputs(
    register: Register, row: Model | None, viewer: Viewer, given: Mapping[str, str]
) -> Iterator[Input]:
    reader = RowReader.of(register, viewer)
    whole = register.spec.model_json_schema(by_alias=False)
    for name, described in whole["properties"].items():
        shape, is_nullable = _shape(described, whole.get("$defs", {}))
        is_needed = name in whole.get("required", ())
        usual = given.get(name, described.get("default"))
        value = usual if row is None else reader.said(row, name)
        yield Input(
            name,
            label(name),
            _kind(shape),
            _written(value),
            described.get("description", "") or _unit(name),
            is_needed or (_kind(shape) == "number" and not is_nullable),
            row is not None and name in register.key,
            is_nullable,
            _bounds(shape),
            _options(register, name, shape, viewer),
        )


def _shape(described: Schema, definitions: Schema) -> tuple[Schema, bool]:
    """Return what a value is, if it is there, and whether it may be none."""
    several = described.get("anyOf") or described.get("allOf") or [described]
    [shape] = [one for one in several if one.get("type") != "null"][:1]
    if "$ref" in shape:
        shape = definitions[shape["$ref"].rpartition("/")[2]]
    return shape, len(several) > 1


def _kind(shape: Schema) -> str:
    if "enum" in shape:
        return "select"
    kinds = {"integer": "number", "number": "number", "boolean": "checkbox"}
    return kinds.get(shape.get("type", ""), _INPUTS.get(shape.get("format", ""), "text"))


def _bounds(shape: Schema) -> Mapping[str, object]:
    names = {"minimum": "min", "maximum": "max", "maxLength": "maxlength"}
    found = {html: shape[name] for name, html in names.items() if name in shape}
    if _kind(shape) == "number":
        found["step"] = 1 if shape["type"] == "integer" else "any"
    return found


def _options(
    register: Register, name: str, shape: Schema, viewer: Viewer
) -> Sequence[tuple[str, str]]:
    """Return the words of a choice, or the codes that a reference may hold."""
    if "enum" in shape:
        said = dict(register.field(name).choices or ())
        return [(word, str(said.get(word, word))) for word in shape["enum"]]
    if (what := register.references.get(name)) is None:
        return ()
    rows = selectors.visible(what, viewer.scope).order_by("code")[:CHOICES]
    return [(row.code, str(row)) for row in rows]


def _unit(name: str) -> str:
    return "metres" if name.endswith("_m") else ""


def _written(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)

"""Rows that refer to others of their own register: those of the same table, too, in any order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

from watchfloor.domain.registers.declaration import Register
from watchfloor.domain.registers.models import CodedRow, RegisterRow
from watchfloor.domain.registers.specs import CodedSpec, RowSpec
from watchfloor.platform.importing import RowError, faults_of_circles

Numbered: TypeAlias = tuple[int, RowSpec]
Targets: TypeAlias = Mapping[str, Mapping[str, Any]]
"""By field, what its codes refer to."""


def own_codes(register: Register, name: str, specs: Sequence[Numbered]) -> set[str]:
    """Return the codes of the table to which a field may refer."""
    if register.references[name].model is not register.model:
        return set()
    return set(_numbers(specs))


def with_table(register: Register, targets: Targets, rows: Sequence[RegisterRow]) -> Targets:
    """Return the targets with the rows of the table among them."""
    own = {row.code: row for row in cast("Sequence[CodedRow]", rows)} if register.upward else {}
    return {**targets, **{name: {**targets[name], **own} for name in register.upward}}


def circles(register: Register, specs: Sequence[Numbered]) -> list[RowError]:
    """Return the faults of rows that are above themselves, once the table is written."""
    found: list[RowError] = []
    for name in register.upward:
        if any(getattr(spec, name) for _, spec in specs):
            above = dict(register.model.objects.values_list("code", f"{name}__code"))
            found += faults_of_circles(register.kind, name, _numbers(specs), above)
    return found


def _numbers(specs: Sequence[Numbered]) -> dict[str, int]:
    """Return the number of each row by its code."""
    return {cast("CodedSpec", spec).code: number for number, spec in specs}

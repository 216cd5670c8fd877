"""Write the inventory: one row or a whole file, all or nothing, every fault named by its row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from pydantic import ValidationError

from watchfloor.domain.inventory.specs import SPECS, InventorySpec
from watchfloor.domain.naming import services as naming
from watchfloor.domain.naming.models import InventoryKind
from watchfloor.domain.naming.rows import MODELS, Row
from watchfloor.domain.org.changed import Changed, tell_changes
from watchfloor.domain.org.models import Inventory
from watchfloor.domain.org.revision import bump_revision
from watchfloor.domain.people.models import Person
from watchfloor.platform import disclosing
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Conflict, Invalid
from watchfloor.platform.importing import (
    ImportReport,
    RowError,
    all_or_nothing,
    faults_of,
    faults_of_circles,
)
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_inventory

ORDER = tuple(MODELS)
"""Kinds in the order in which they may refer to each other."""


def import_inventory(
    tables: Mapping[InventoryKind, Sequence[Mapping[str, Any]]],
    *,
    by: Actor,
    now: datetime,
    origin: str = "import",
    dry_run: bool = False,
) -> ImportReport:
    """Create or change rows by their code. Any error, or `dry_run`, changes nothing."""
    with all_or_nothing(dry_run=dry_run) as report:
        lock_inventory(require_tenant_id())
        for kind in ORDER:
            rows = tables.get(kind, ())
            report.note_unknown(kind, rows, SPECS[kind])
            _import_kind(kind, rows, report, now=now, origin=origin)
        _finish(by, report, now, "IMPORT" if origin == "import" else "CONFIGURATION")
    return report


def save(kind: InventoryKind, row: Mapping[str, Any], *, by: Actor, now: datetime) -> Row:
    """Create or change one row. Raises: Invalid, naming each wrong field."""
    report = import_inventory({kind: [row]}, by=by, now=now, origin="people")
    if report.errors:
        raise Invalid(
            f"this {kind.value} cannot be saved",
            fields={error.field: error.message for error in report.errors},
        )
    return MODELS[kind].objects.get(code=SPECS[kind].model_validate(row).code)


def retire(row: Inventory, *, by: Actor, now: datetime) -> None:
    """Take a row out of use. It stays for the history that names it."""
    with transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(is_active=False)
        bump_revision()
        audit.record(by, "inventory.retired", type(row).__name__.lower(), str(row.pk), at=now)


def note_reading(person: Person, *, by: Actor, now: datetime) -> None:
    """Write down that somebody read who a person is, and how to reach them."""
    audit.record(by, "person.read", "person", person.pk, at=now)
    disclosing.is_on_record(person.pk)


def _finish(by: Actor, report: ImportReport, now: datetime, change: str) -> None:
    if report.created or report.changed:
        bump_revision()
        counts = {"created": report.created, "changed": report.changed}
        audit.record(by, "inventory.saved", "inventory", "", at=now, after=counts)
        text = f"Places, devices and people: {report.created:,} new, {report.changed:,} changed"
        tell_changes([Changed(change, text, now)], at=now)


def _import_kind(
    kind: InventoryKind,
    rows: Sequence[Mapping[str, Any]],
    report: ImportReport,
    *,
    now: datetime,
    origin: str,
) -> None:
    # In one order here and in the drain, or the two could each wait for a row of the other.
    specs = sorted(_validated(kind, rows, report), key=lambda numbered: numbered[1].code)
    if not specs:
        return
    known = _by_code(kind, (spec.code for _, spec in specs))
    same: set[str] = set()
    renamed: set[str] = set()
    for number, spec in specs:
        before = report.unchanged
        known[spec.code] = _put(kind, spec, known.get(spec.code), report, now, origin)
        if report.unchanged > before:
            same.add(spec.code)
        if _learn_aliases(kind, spec, known[spec.code], number, report, now):
            renamed.add(spec.code)
    other = len(same & (renamed | _refer(kind, specs, known, report)))
    report.unchanged -= other
    report.changed += other


def _validated(
    kind: InventoryKind, rows: Iterable[Mapping[str, Any]], report: ImportReport
) -> Iterable[tuple[int, InventorySpec]]:
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        try:
            spec = SPECS[kind].model_validate(row)
        except ValidationError as error:
            report.errors += faults_of(kind, number, error)
            continue
        if spec.code in seen:
            message = f"{spec.code!r} stands in row {seen[spec.code]} already; give each its own"
            report.errors.append(RowError(kind, number, "code", message))
            continue
        seen[spec.code] = number
        yield number, spec


def _by_code(kind: InventoryKind, codes: Iterable[str]) -> dict[str, Row]:
    return {row.code: row for row in MODELS[kind].objects.filter(code__in=list(codes))}


def _put(
    kind: InventoryKind,
    spec: InventorySpec,
    row: Row | None,
    report: ImportReport,
    now: datetime,
    origin: str,
) -> Row:
    given = spec.model_dump(exclude={"aliases", *spec.references}, exclude_unset=row is not None)
    given["name"] = spec.name or (row.name if row else spec.code)
    given |= {"is_verified": True, "is_active": True}
    if row is None:
        made = MODELS[kind](**given, created_at=now, origin=origin)
        if _insert(made):
            report.created += 1
            return made
        row = MODELS[kind].objects.get(code=spec.code)
    if all(getattr(row, name) == value for name, value in given.items()):
        report.unchanged += 1
        return row
    report.changed += 1
    for name, value in given.items():
        setattr(row, name, value)
    row.save(update_fields=list(given))
    return row


def _insert(row: Row) -> bool:
    """Say whether the row is new. The drain may meanwhile have made it from an alert's name."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _learn_aliases(
    kind: InventoryKind,
    spec: InventorySpec,
    row: Row,
    number: int,
    report: ImportReport,
    now: datetime,
) -> bool:
    """Return whether one of them is new."""
    is_new = False
    for alias in spec.aliases:
        try:
            is_new |= naming.learn_alias(kind, alias, row.pk, now=now)
        except Conflict as taken:
            report.errors.append(RowError(kind, number, "aliases", taken.message))
    return is_new


def _refer(
    kind: InventoryKind,
    specs: Sequence[tuple[int, InventorySpec]],
    known: Mapping[str, Row],
    report: ImportReport,
) -> set[str]:
    """Set the references after all rows exist, so that a file may name them in any order.

    Returns the codes of the rows that refer to another than before.
    """
    moved: set[str] = set()
    for name, target_kind in SPECS[kind].references.items():
        targets = _by_code(target_kind, {getattr(s, name) for _, s in specs if getattr(s, name)})
        for number, spec in specs:
            code = getattr(spec, name)
            if name not in spec.model_fields_set:
                continue
            if code and code not in targets:
                message = f"no {target_kind.value} has the code {code!r}; import it first"
                report.errors.append(RowError(kind, number, name, message))
                continue
            row, target = known[spec.code], targets[code].pk if code else None
            if getattr(row, f"{name}_id") != target:
                setattr(row, f"{name}_id", target)
                row.save(update_fields=[name])
                moved.add(spec.code)
        if target_kind is kind:
            numbers = {spec.code: number for number, spec in specs}
            above = dict(MODELS[kind].objects.values_list("code", f"{name}__code"))
            report.errors += faults_of_circles(kind, name, numbers, above)
    return moved

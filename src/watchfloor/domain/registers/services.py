"""Write a register: one row or a whole table, all or nothing, every fault named by its row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from django.db import transaction
from pydantic import ValidationError
from pydantic_core import to_jsonable_python

from watchfloor.aiops.privacy.names import HIDDEN
from watchfloor.domain.org.changed import tell_changes
from watchfloor.domain.org.revision import bump_revision
from watchfloor.domain.registers import nesting, selectors, telling
from watchfloor.domain.registers.declaration import Register
from watchfloor.domain.registers.models import RegisterRow
from watchfloor.domain.registers.nesting import Numbered, Targets
from watchfloor.domain.registers.reading import known_codes
from watchfloor.domain.registers.specs import RowSpec
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.errors import Denied, Invalid
from watchfloor.platform.importing import ImportReport, RowError, all_or_nothing, faults_of
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_inventory

AT_ONCE = 1000
Key: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """A row as it is to be, and what of it was otherwise before; None for a row that is new."""

    row: RegisterRow
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]


def import_rows(
    register: Register,
    rows: Sequence[Mapping[str, Any]],
    *,
    scope: Scope,
    by: Actor,
    now: datetime,
    dry_run: bool = False,
) -> ImportReport:
    """Create or change rows by their key. Any error, or `dry_run`, changes nothing.

    Raises: Denied for a register of the whole tenant to whoever manages a part of it.
    """
    _check_reach(register, scope)
    with all_or_nothing(dry_run=dry_run) as report:
        lock_inventory(require_tenant_id())
        report.note_unknown(register.kind, rows, register.spec)
        specs = list(_validated(register, rows, report))
        targets = _targets(register, specs, scope)
        report.errors += _unknown(register, specs, targets)
        if not report.errors:
            named = _rows(register, specs, targets, now)
            whole = nesting.with_table(register, targets, named)
            _write(register, list(_changes(register, specs, named, whole, report, scope)), by, now)
            report.errors += nesting.circles(register, specs)
    return report


def save(
    register: Register, row: Mapping[str, Any], *, scope: Scope, by: Actor, now: datetime
) -> RegisterRow:
    """Create or change one row. Raises: Invalid, naming each wrong field; Denied."""
    with transaction.atomic():
        report = import_rows(register, [row], scope=scope, by=by, now=now)
        if report.errors:
            fields = {error.field: error.message for error in report.errors}
            raise Invalid(f"This {register.kind} cannot be saved.", fields=fields)
        spec = register.spec.model_validate(row)
        targets = _targets(register, [(1, spec)], scope)
        return _known(register, [_key(register, spec, targets)]).popitem()[1]


@transaction.atomic
def retire(register: Register, row: RegisterRow, *, scope: Scope, by: Actor, now: datetime) -> None:
    """Take a row out of use. It stays for the history that names it."""
    _check_reach(register, scope)
    if register.model.objects.filter(pk=row.pk, is_active=True).update(is_active=False):
        bump_revision()
        _follow(register, [row], now)
        before = _without_words(register, _plain(register, row, register.fields))
        audit.record(by, "register.retired", register.kind, row.pk, at=now, before=before)
        tell_changes([telling.retired(register, row, now)], at=now)


def _check_reach(register: Register, scope: Scope) -> None:
    if register.scope is None and not scope.all_clients:
        raise Denied("This is for those who manage all clients.")


def _validated(
    register: Register, rows: Iterable[Mapping[str, Any]], report: ImportReport
) -> Iterator[Numbered]:
    seen: dict[Key, int] = {}
    for number, row in enumerate(rows, start=1):
        try:
            spec = register.spec.model_validate(row)
        except ValidationError as error:
            report.errors += faults_of(register.kind, number, error)
            continue
        key = tuple(getattr(spec, name) for name in register.key)
        if key in seen:
            named = ", ".join(repr(part) for part in key if part is not None)
            message = f"{named} stands in row {seen[key]} already; give each its own"
            report.errors.append(RowError(register.kind, number, register.key[-1], message))
            continue
        seen[key] = number
        yield number, spec


def _codes(spec: RowSpec, name: str) -> list[str]:
    """Return the codes that a field holds: one, several or none."""
    value = getattr(spec, name)
    return value if isinstance(value, list) else [value] if value else []


def _targets(register: Register, specs: Sequence[Numbered], scope: Scope) -> Targets:
    """Return what the fields refer to. One query for each."""
    return {
        name: selectors.targets(what, (c for _, spec in specs for c in _codes(spec, name)), scope)
        for name, what in register.references.items()
    }


def _unknown(register: Register, specs: Sequence[Numbered], targets: Targets) -> list[RowError]:
    """Return what refers to nothing. What stands in the table itself is there by then."""
    own = {name: nesting.own_codes(register, name, specs) for name in targets}
    return [
        RowError(
            register.kind, number, name, f"no {what.kind} has the code {code!r}; import it first"
        )
        for number, spec in specs
        for name, what in register.references.items()
        for code in _codes(spec, name)
        if code not in targets[name] and code not in own[name]
    ]


def _values(
    register: Register, spec: RowSpec, targets: Targets, *, names: Collection[str]
) -> dict[str, Any]:
    """Return what a spec says for these fields of its row."""
    said = spec.model_dump(include=set(names))
    for name in said.keys() & targets.keys():
        if register.refers(name):
            said[name] = targets[name][said[name]] if said[name] else None
    return said


def _key(register: Register, spec: RowSpec, targets: Targets) -> Key:
    values = _values(register, spec, targets, names=register.key)
    return tuple(getattr(values[name], "pk", values[name]) for name in register.key)


def _known(register: Register, keys: Sequence[Key]) -> dict[Key, RegisterRow]:
    """Return the rows with these keys, retired or not. One query for a thousand."""
    names = [register.field(name).attname for name in register.key]
    found: dict[Key, RegisterRow] = {}
    wanted = set(keys)
    firsts = list({key[0] for key in keys})
    for begin in range(0, len(firsts), AT_ONCE):
        some = {f"{names[0]}__in": firsts[begin : begin + AT_ONCE]}
        for row in register.model.objects.filter(**some).select_related(*register.related):
            key = tuple(getattr(row, name) for name in names)
            if key in wanted:
                found[key] = row
    return found


def _rows(
    register: Register, specs: Sequence[Numbered], targets: Targets, now: datetime
) -> list[RegisterRow]:
    """Return the row of each spec: the one with its key, else a new one."""
    names = [register.field(name).attname for name in register.key]
    keys = [_key(register, spec, targets) for _, spec in specs]
    known = _known(register, keys)
    return [
        known.get(key) or register.model(created_at=now, **dict(zip(names, key, strict=True)))
        for key in keys
    ]


def _changes(
    register: Register,
    specs: Sequence[Numbered],
    rows: Sequence[RegisterRow],
    targets: Targets,
    report: ImportReport,
    scope: Scope,
) -> Iterator[_Change]:
    within = known_codes(register, scope)
    for row, (number, spec) in zip(rows, specs, strict=True):
        is_new = row._state.adding
        if not is_new and not _covers(scope, register, row):
            message = "this one lies beyond your places; choose another"
            report.errors.append(RowError(register.kind, number, register.key[-1], message))
            continue
        names = register.fields if is_new else spec.model_fields_set
        values = _values(register, spec, targets, names=names) | {"is_active": True}
        values |= _with_others(row, values, within)
        change = _changed(register, row, values, is_new)
        if not _covers(scope, register, change.row):
            message = "name one of your places"
            report.errors.append(RowError(register.kind, number, _place(register), message))
        elif not is_new and not change.after:
            report.unchanged += 1
        else:
            report.created += is_new
            report.changed += not is_new
            yield change


def _with_others(
    row: RegisterRow, values: Mapping[str, Any], within: Mapping[str, Set[str]]
) -> dict[str, list[str]]:
    """Return the lists of codes with what the row names beyond the scope of who writes it."""
    return {
        name: [*(values[name] or ()), *others]
        for name in within.keys() & values.keys()
        if isinstance(said := getattr(row, name), list)
        and (others := [code for code in said if code not in within[name]])
    }


def _covers(scope: Scope, register: Register, row: RegisterRow) -> bool:
    return scope.covers(*selectors.place_of(register, row))


def _changed(
    register: Register, row: RegisterRow, values: Mapping[str, Any], is_new: bool
) -> _Change:
    names = [name for name, value in values.items() if is_new or getattr(row, name) != value]
    before = None if is_new else _plain(register, row, names)
    for name in names:
        setattr(row, name, values[name])
    return _Change(row, before, _plain(register, row, names))


def _place(register: Register) -> str:
    """Return the field that says where a row is."""
    path = register.scope[-1] if register.scope else register.key[0]
    return path.partition("__")[0].removesuffix("_id")


def _write(register: Register, changes: Sequence[_Change], by: Actor, now: datetime) -> None:
    if not changes:
        return
    made = [change for change in changes if change.before is None]
    changed = [change for change in changes if change.before is not None]
    names = {name for change in changed for name in change.after}
    rows = register.model.objects
    rows.bulk_create((change.row for change in made), batch_size=AT_ONCE)
    if names:
        rows.bulk_update((change.row for change in changed), sorted(names), batch_size=AT_ONCE)
    AuditRow.objects.bulk_create(_on_record(register, one, by, now) for one in changes)
    bump_revision()
    written = [change.row for change in changes]
    _follow(register, written, now)
    tell_changes([telling.written(register, written, now)], at=now)


def _follow(register: Register, rows: Sequence[RegisterRow], now: datetime) -> None:
    if register.followed_by:
        register.followed_by(rows, now)


def _on_record(register: Register, change: _Change, by: Actor, now: datetime) -> AuditRow:
    said = {
        "before": change.before and _without_words(register, change.before),
        "after": _without_words(register, change.after),
    }
    return audit.row(by, "register.saved", register.kind, change.row.pk, at=now, **said)


def _without_words(register: Register, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the values without what is said of a person beside the code: the trail stays when the
    person is erased."""
    words = {name for name in register.persons if not register.refers(name)}
    return {name: HIDDEN if value and name in words else value for name, value in said.items()}


def _plain(register: Register, row: RegisterRow, names: Iterable[str]) -> dict[str, Any]:
    """Return what these fields of a row say, as JSON keeps it."""
    return {name: to_jsonable_python(selectors.said(register, row, name)) for name in names}

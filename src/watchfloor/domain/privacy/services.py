"""Hand out all that is kept of one person, or erase the person from it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from watchfloor.domain.naming.models import InventoryKind, NameAlias
from watchfloor.domain.org.revision import bump_revision
from watchfloor.domain.people.models import Person
from watchfloor.domain.people.personal import Personal
from watchfloor.domain.privacy import keepers
from watchfloor.domain.privacy.finding import Search
from watchfloor.domain.privacy.rows import Table, about, tables
from watchfloor.platform.accounts.models import User
from watchfloor.platform.audit import disclosures
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.audit.models import AuditRow, Disclosure
from watchfloor.platform.audit.selectors import trail
from watchfloor.platform.errors import Conflict, Invalid
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import FLOW, INVENTORY, OPERATION, wait_for

_KEPT_BACK = {"password", "tenant", "tenant_id"}


@transaction.atomic
def export(person: Person, *, by: Actor, now: datetime) -> dict[str, Any]:
    """Return all rows about a person by table, and what was said of them in free text."""
    found: dict[str, list[dict[str, Any]]] = {"people_person": [_row(person)]}
    for rows in about(person):
        found[rows.model._meta.db_table] = [_row(row) for row in rows.order_by("pk")]
    search = Search(person)
    for table in tables():
        name = table.model._meta.db_table
        if said := [_row(row) for row, _ in search.named_in(table)]:
            known = {str(row.get("id")) for row in found.get(name, ())}
            found.setdefault(name, []).extend(r for r in said if str(r.get("id")) not in known)
    found[AuditRow._meta.db_table] = _acts_about(person)
    found = {name: rows for name, rows in found.items() if rows}
    counts = {name: len(rows) for name, rows in found.items()}
    audit.record(by, "person.exported", "person", person.pk, at=now, after=counts)
    told = {"code": person.code, "exported_at": now, "tables": found}
    answer: dict[str, Any] = json.loads(json.dumps(told, cls=DjangoJSONEncoder))
    return answer


@transaction.atomic
def erase(person: Person, *, confirm: str, by: Actor, now: datetime) -> dict[str, int]:
    """Take a person out of everything: what stays, such as who was present, names nobody.

    `confirm` is the person's code. Returns the rows changed or deleted, by table. The audit trail
    is not touched: it names nobody. Raises: Invalid without the confirmation; Conflict while the
    person may sign in here.
    """
    if confirm != person.code:
        raise Invalid("Confirm by the code.", fields={"confirm": f"send {person.code!r}"})
    if person.email and User.objects.filter(email__iexact=person.email, is_active=True).exists():
        raise Conflict(
            "Somebody signs in by this person's e-mail address: close the account first."
        )
    for part in (FLOW, OPERATION, INVENTORY):
        wait_for(part, require_tenant_id())
    search = Search(person)
    counts: dict[str, int] = {}
    for rows in about(person):
        _count(counts, rows.model._meta.db_table, _forget(rows))
    NameAlias.objects.filter(kind=InventoryKind.PERSON, target_id=person.pk).delete()
    Person.objects.filter(pk=person.pk).update(
        code=search.eraser.pseudonym, name="", phone="", email="", is_active=False, home_site=None
    )
    for table in tables():
        _count(counts, table.model._meta.db_table, _rewritten(table, search))
    for name, rows_changed in keepers.forget(search.eraser, now).items():
        _count(counts, name, rows_changed)
    _count(counts, Disclosure._meta.db_table, disclosures.erase(person.pk))
    bump_revision()
    audit.record(by, "person.erased", "person", person.pk, at=now, after=counts)
    return counts


def _acts_about(person: Person) -> list[dict[str, Any]]:
    """Return when the person was read, handed out or stood in a list, and in which.

    Not by whom: of those who act for the one who keeps data, the person is owed no names (CJEU,
    C-579/21); whoever keeps the log finds them there.
    """
    acts = trail(object_kind="person", object_id=str(person.pk)).order_by("at", "id")
    return [dict(act) for act in acts.values("at", "action", "object_kind", "object_id")]


def _forget(rows: models.QuerySet[models.Model]) -> int:
    """Delete or empty rows about a person, as their model says."""
    personal: Personal = getattr(rows.model, "personal", Personal())
    if personal.is_deleted:
        return rows.delete()[0]
    if not personal.blanked:
        return 0
    fields = {name: rows.model._meta.get_field(name) for name in personal.blanked}
    empty = {name: None if field.null else "" for name, field in fields.items()}
    return rows.update(**empty)


def _rewritten(table: Table, search: Search) -> int:
    changed = 0
    for row, words in search.named_in(table):
        table.model._default_manager.using(table.alias).filter(pk=row.pk).update(**words)
        changed += 1
    return changed


def _row(row: models.Model) -> dict[str, Any]:
    """Return the fields of a row, but for those that only the floor can read."""
    return {
        field.attname: value
        for field in row._meta.concrete_fields
        if field.attname not in _KEPT_BACK
        and not isinstance(value := getattr(row, field.attname), bytes | memoryview)
    }


def _count(counts: dict[str, int], table: str, number: int) -> None:
    if number:
        counts[table] = counts.get(table, 0) + number

"""Hand out all that is kept of one person, or erase the person from it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from watchfloor.aiops.privacy.names import Mask
from watchfloor.domain.naming.models import InventoryKind, NameAlias
from watchfloor.domain.org.revision import bump_revision
from watchfloor.domain.people.models import Person
from watchfloor.domain.people.personal import Personal
from watchfloor.domain.privacy.rows import Table, about, tables
from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.errors import Invalid
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.platform.tenancy.locks import lock_inventory

LEAST_LETTERS = 3
_KEPT_BACK = {"tenant", "tenant_id"}
Rewrite = Callable[[str], str]


@transaction.atomic
def export(person: Person, *, by: Actor, now: datetime) -> dict[str, Any]:
    """Return all rows about a person by table, and what was said of them in free text."""
    found: dict[str, list[dict[str, Any]]] = {"people_person": [_row(person)]}
    for rows in about(person):
        found[rows.model._meta.db_table] = [_row(row) for row in rows.order_by("pk")]
    for table in tables():
        name = table.model._meta.db_table
        if said := [_row(row) for row in _naming(table, _words(person))]:
            known = {str(row.get("id")) for row in found.get(name, ())}
            found.setdefault(name, []).extend(r for r in said if str(r.get("id")) not in known)
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
    is not touched: it knows the person's id alone. Raises: Invalid without the confirmation.
    """
    if confirm != person.code:
        raise Invalid("Confirm by the code.", fields={"confirm": f"send {person.code!r}"})
    lock_inventory(require_tenant_id())
    counts: dict[str, int] = {}
    for rows in about(person):
        _count(counts, rows.model, _forget(rows))
    pseudonym = f"erased-{person.pk.hex[-12:]}"
    rewrite, words = _rewriting(person, pseudonym), _words(person)
    NameAlias.objects.filter(kind=InventoryKind.PERSON, target_id=person.pk).delete()
    Person.objects.filter(pk=person.pk).update(
        code=pseudonym, name="", phone="", email="", is_active=False, home_site=None
    )
    for table in tables():
        _count(counts, table.model, _rewritten(table, words, rewrite))
    bump_revision()
    audit.record(by, "person.erased", "person", person.pk, at=now, after=counts)
    return counts


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


def _words(person: Person) -> list[str]:
    """Return what to look for: the code, and each word of the name and its contacts."""
    spellings = NameAlias.objects.filter(kind=InventoryKind.PERSON, target_id=person.pk)
    texts = [person.phone, person.email, *_names(person)]
    texts += spellings.values_list("text", flat=True)
    return [person.code, *(text for text in texts if len(text) >= LEAST_LETTERS)]


def _names(person: Person) -> Iterable[str]:
    """A name may stand in another order, or in capitals: its longest word is enough to look for."""
    words = sorted(re.findall(r"[^\W_]+", person.name), key=len)
    return words[-1:]


def _rewriting(person: Person, pseudonym: str) -> Rewrite:
    aliases = NameAlias.objects.filter(kind=InventoryKind.PERSON, target_id=person.pk)
    mask = Mask(
        [person.name, *aliases.values_list("text", flat=True)], [person.phone], [person.email]
    )
    code = re.compile(rf"(?<![\w-]){re.escape(person.code)}(?![\w-])")
    return lambda text: mask.text(code.sub(pseudonym, text))


def _naming(table: Table, words: list[str]) -> models.QuerySet[models.Model]:
    """Return the rows in whose words one of these stands."""
    texts = {f"_{name}": Cast(name, TextField()) for name in table.columns}
    rule = Q()
    for name in texts:
        for word in words:
            rule |= Q(**{f"{name}__icontains": word})
    rows = table.model._default_manager.filter(tenant_id=require_tenant_id())
    return rows.alias(**texts).filter(rule).order_by("pk") if words else rows.none()


def _rewritten(table: Table, words: list[str], rewrite: Rewrite) -> int:
    changed = 0
    for row in list(_naming(table, words)):
        after = {
            name: new
            for name in table.columns
            if (new := _anew(getattr(row, name), rewrite)) != getattr(row, name)
        }
        if after:
            table.model._default_manager.filter(pk=row.pk).update(**after)
            changed += 1
    return changed


def _anew(value: Any, rewrite: Rewrite) -> Any:
    if isinstance(value, str):
        return rewrite(value)
    if isinstance(value, dict):
        return {rewrite(name): _anew(one, rewrite) for name, one in value.items()}
    return [_anew(one, rewrite) for one in value] if isinstance(value, list) else value


def _row(row: models.Model) -> dict[str, Any]:
    """Return the fields of a row, but for those that only the floor can read."""
    return {
        field.attname: value
        for field in row._meta.concrete_fields
        if field.attname not in _KEPT_BACK
        and not isinstance(value := getattr(row, field.attname), bytes | memoryview)
    }


def _count(counts: dict[str, int], model: type[models.Model], number: int) -> None:
    if number:
        name = model._meta.db_table
        counts[name] = counts.get(name, 0) + number

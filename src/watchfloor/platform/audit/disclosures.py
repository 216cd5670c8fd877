"""Whom lists told of: a row of the trail says to whom and where, beside it stand the persons.

The trail stays for ever; which persons it was is forgotten, and goes when a person is erased.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Func, QuerySet, UUIDField, Value

from watchfloor.platform.audit import services as audit
from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.audit.models import OBJECT_ID_LIMIT, Disclosure
from watchfloor.platform.audit.moments import id_at
from watchfloor.platform.tenancy.context import require_tenant_id

READ, LIST = "list.read", "list"
VISIT = timedelta(minutes=15)
"""Who was told within it by the same list is not told anew."""
KEPT = timedelta(days=730)
"""As long as attendance: it tells of those who read, too."""
ALIAS = "system"


def note(
    by: Actor, address: str, people: Collection[UUID], *, narrowed: Mapping[str, str], now: datetime
) -> None:
    """Write down that the list at an address told somebody of these persons.

    A page that is looked at again and again leaves one row in a quarter of an hour, and another
    only for persons who were not on it before.
    """
    address = address[:OBJECT_ID_LIMIT]
    new = set(people) - _told_lately(by, address, now)
    if not new:
        return
    after = {"persons": len(new), "narrowed": narrowed}
    with transaction.atomic():
        row = audit.row(by, READ, LIST, address, at=now, after=after)
        row.save(force_insert=True)
        Disclosure.objects.create(row=row, people=sorted(new))


def _told_lately(by: Actor, address: str, now: datetime) -> set[UUID]:
    lately = Disclosure.objects.filter(
        pk__gte=id_at(now - VISIT),
        row__actor_kind=by.kind,
        row__actor_id=by.id,
        row__object_kind=LIST,
        row__object_id=address,
    )
    return {person for people in lately.values_list("people", flat=True) for person in people}


def forgotten(now: datetime) -> QuerySet[Disclosure]:
    """Return what of all tenants is past its time."""
    return Disclosure.everybody.using(ALIAS).filter(pk__lt=id_at(now - KEPT))


def erase(person: UUID) -> int:
    """Take a person out of the lists of the tenant in scope; return out of how many."""
    rows = Disclosure.everybody.using(ALIAS).filter(tenant_id=require_tenant_id())
    without = Func(F("people"), Value(person, UUIDField()), function="array_remove")
    return rows.filter(people__contains=[person]).update(people=without)

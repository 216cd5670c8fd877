"""Reading the trail of the tenant in scope."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from watchfloor.platform.audit.models import AuditRow, Disclosure
from watchfloor.platform.tenancy.context import require_tenant_id

PERSON = "person"
SYSTEM = "system"
MOST_LISTS = 10_000
"""Of those that told of one person, the latest."""


def trail(
    *, since: datetime | None = None, until: datetime | None = None, **exactly: str
) -> QuerySet[AuditRow]:
    """Return the rows from `since` to before `until`, whose columns say `exactly` what is given.

    About a person is a list, too, that told of the person.
    """
    said = {name: value for name, value in exactly.items() if value}
    rows = AuditRow.objects.filter(**said)
    if said.pop("object_kind", "") == PERSON and (person := _id_of(said.pop("object_id", ""))):
        lists = AuditRow.objects.filter(pk__in=_told_of(person))
        # A union: of an OR of the two no index is used.
        about = rows.order_by().values("pk").union(lists.values("pk"), all=True)
        rows = AuditRow.objects.filter(pk__in=about, **said)
    if since is not None:
        rows = rows.filter(at__gte=since)
    return rows if until is None else rows.filter(at__lt=until)


def _told_of(person: UUID) -> list[UUID]:
    """Return the rows of the latest lists that told of a person.

    Asked as the system: under the policy of tenants PostgreSQL uses no index for what an array
    holds, and would read all.
    """
    rows = Disclosure.everybody.using(SYSTEM).filter(tenant_id=require_tenant_id())
    found = rows.filter(people__contains=[person]).order_by("-id").values_list("row_id", flat=True)
    return list(found[:MOST_LISTS])


def _id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

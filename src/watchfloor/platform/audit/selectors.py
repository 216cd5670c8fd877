"""Reading the trail of the tenant in scope."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from watchfloor.platform.audit.models import AuditRow


def trail(
    *, since: datetime | None = None, until: datetime | None = None, **exactly: str
) -> QuerySet[AuditRow]:
    """Return the rows from `since` to before `until`, whose columns say `exactly` what is given."""
    rows = AuditRow.objects.filter(**{name: said for name, said in exactly.items() if said})
    if since is not None:
        rows = rows.filter(at__gte=since)
    return rows if until is None else rows.filter(at__lt=until)

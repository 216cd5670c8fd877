"""Reading findings within somebody's bounds."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from watchfloor.aiops.findings.runbooks import GENERIC, Runbook, shipped
from watchfloor.noc.findings.models import AuditFinding
from watchfloor.noc.findings.states import OPEN
from watchfloor.platform.accounts.scope import Scope
from watchfloor.platform.errors import NotFound
from watchfloor.platform.searching import words_of

ORDER = ("-last_seen_at", "-id")


def visible(scope: Scope) -> QuerySet[AuditFinding]:
    found = AuditFinding.objects.select_related("site", "site__client")
    return found.filter(scope.q("site__client_id", "site_id"))


def one(scope: Scope, finding_id: UUID) -> AuditFinding:
    """Return the finding. Raises: NotFound, for what lies beyond the scope too."""
    found = visible(scope).filter(pk=finding_id).first()
    if found is None:
        raise NotFound("There is no such finding.")
    return found


def matching(
    found: QuerySet[AuditFinding],
    *,
    status: str = "all",
    category: str = "",
    severity: int | None = None,
    finding_type: str = "",
    site: str = "",
    q: str = "",
) -> QuerySet[AuditFinding]:
    """Narrow findings down; what is empty or None asks for nothing. `severity`: or worse."""
    return found.filter(
        _in_status(status),
        *(_containing(word) for word in words_of(q)),
        Q(category=category) if category else Q(),
        Q(severity__gte=severity) if severity else Q(),
        Q(finding_type=finding_type) if finding_type else Q(),
        Q(site__code=site) if site else Q(),
    )


def runbook_of(finding: AuditFinding) -> Runbook:
    """Return the runbook that was matched when it was found, or the generic one if it is gone."""
    books = {one.finding_type: one for one in shipped()}
    return books.get(finding.runbook, books[GENERIC])


def _in_status(status: str) -> Q:
    is_open = Q(status__in=OPEN)
    return {"all": Q(), "open": is_open, "over": ~is_open}.get(status, Q(status=status))


def _containing(word: str) -> Q:
    return (
        Q(title__icontains=word)
        | Q(finding_type__icontains=word)
        | Q(site__name__icontains=word)
        | Q(site__code__icontains=word)
    )

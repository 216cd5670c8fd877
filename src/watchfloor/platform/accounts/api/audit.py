"""The audit trail of the own tenant. It lies below accounts; who may read it is settled here."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from watchfloor.platform.accounts.api.request import whole_tenant
from watchfloor.platform.accounts.capabilities import AUDIT_VIEW
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.audit.selectors import trail
from watchfloor.platform.audit.verify import verify
from watchfloor.platform.errors import NotFound
from watchfloor.platform.paging import Page, PageQuery, page

router = Router(tags=["audit"])


class AuditQuery(PageQuery):
    action: str = ""
    object_kind: str = ""
    object_id: str = ""
    actor_id: str = ""
    request_id: str = ""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = Field(None, description="rows before it")


class AuditOut(Schema):
    id: UUID
    at: datetime
    actor_kind: str
    actor_id: str
    action: str
    object_kind: str
    object_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str
    ip: str


@router.get("/audit", auth=needs(AUDIT_VIEW), response=Page[AuditOut])
def list_audit(request: HttpRequest, paging: Query[AuditQuery]) -> dict[str, Any]:
    whole_tenant(request)
    rows = trail(**paging.model_dump(exclude={"limit", "after"}))
    return page(request, paging, rows, order=("-at", "-id"), render=lambda row: row)


class FlawOut(Schema):
    sequence: int
    row_id: UUID | None
    why: str


class VerifyOut(Schema):
    is_intact: bool
    sealed: int
    unsealed: int
    unsealed_seconds: float
    anchored: int | None
    flaw: FlawOut | None


@router.post("/audit/verify", auth=needs(AUDIT_VIEW), response=VerifyOut)
def verify_audit(request: HttpRequest) -> Any:
    """Recompute the chain of seals and name the first row that does not fit."""
    whole_tenant(request)
    return verify(timezone.now())


# Behind `verify`, which it would take for a row's id.
@router.get("/audit/{row_id}", auth=needs(AUDIT_VIEW), response=AuditOut)
def show_audit_row(request: HttpRequest, row_id: UUID) -> AuditRow:
    whole_tenant(request)
    row = AuditRow.objects.filter(pk=row_id).first()
    if row is None:
        raise NotFound("There is no such row.")
    return row

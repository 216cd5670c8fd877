"""Write down what was done, in the transaction of what was done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.masking import without_secrets
from watchfloor.platform.tracing import current_trace

Values = Mapping[str, object]


def record(
    actor: Actor,
    action: str,
    object_kind: str,
    object_id: str | UUID | int,
    *,
    at: datetime,
    before: Values | None = None,
    after: Values | None = None,
) -> None:
    """Add the row to the tenant in scope. It is sealed into the chain within a second."""
    row(actor, action, object_kind, object_id, at=at, before=before, after=after).save(
        force_insert=True
    )


def row(
    actor: Actor,
    action: str,
    object_kind: str,
    object_id: str | UUID | int,
    *,
    at: datetime,
    before: Values | None = None,
    after: Values | None = None,
) -> AuditRow:
    """Return the row unsaved, for those who write many at once."""
    trace = current_trace()
    return AuditRow(
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        action=action,
        object_kind=object_kind,
        object_id=str(object_id),
        before=None if before is None else without_secrets(before),
        after=None if after is None else without_secrets(after),
        request_id=trace.request_id,
        ip=trace.ip,
    )

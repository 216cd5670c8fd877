"""Write down what was done, in the transaction of what was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from watchfloor.platform.audit.actors import Actor
from watchfloor.platform.audit.models import AuditRow
from watchfloor.platform.masking import without_secrets
from watchfloor.platform.tracing import current_trace

Values = Mapping[str, object]
_nameless: list[Callable[[Any], Any]] = []


def use(nameless: Callable[[Any], Any]) -> None:
    """Let the room that knows persons take them out of what is written down."""
    _nameless[:] = [nameless]


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
    """Return the row unsaved, for those who write many at once.

    It stays as it is for ever: no person that the floor knows stands in it by name.
    """
    trace = current_trace()
    return AuditRow(
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        action=action,
        object_kind=object_kind,
        object_id=str(object_id),
        before=_fit_to_stay(before),
        after=_fit_to_stay(after),
        request_id=trace.request_id,
        ip=trace.ip,
    )


def _fit_to_stay(values: Values | None) -> dict[str, Any] | None:
    if not values:
        return None if values is None else {}
    [nameless] = _nameless
    without: dict[str, Any] = nameless(without_secrets(values))
    return without

"""What the rules remember of somebody who is erased."""

from __future__ import annotations

from datetime import datetime

import msgspec

from watchfloor.aiops.operation.facts.face import FaceFacts
from watchfloor.aiops.operation.facts.person import PersonFacts
from watchfloor.aiops.privacy.erasing import Eraser
from watchfloor.platform.tenancy.context import require_tenant_id
from watchfloor.sensing.reactive.models import SubjectState

_OWN = frozenset((PersonFacts.kind, FaceFacts.kind))


def forget(eraser: Eraser, now: datetime) -> dict[str, int]:
    """Drop the facts of the person and the person's face, and rewrite those of others.

    Damaged ones might say anything of anybody: they are dropped, and learnt anew.
    """
    rows = SubjectState.objects.filter(tenant_id=require_tenant_id())
    changed = rows.filter(kind__in=_OWN, code=eraser.code).delete()[0]
    for kind, code, was in rows.values_list("kind", "code", "facts").iterator():
        facts = _without(eraser, was)
        if facts == bytes(was):
            continue
        row = rows.filter(kind=kind, code=code)
        is_dropped = kind in _OWN or facts is None
        changed += row.delete()[0] if is_dropped else row.update(facts=facts)
    return {SubjectState._meta.db_table: changed}


def _without(eraser: Eraser, facts: bytes | memoryview) -> bytes | None:
    try:
        return eraser.packed(facts)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None

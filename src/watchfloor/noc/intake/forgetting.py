"""Reports, events and captured bodies that name somebody who is erased."""

from __future__ import annotations

from datetime import datetime

import msgspec

from watchfloor.aiops.privacy.erasing import Eraser
from watchfloor.noc.intake.models import CapturedBody, IntakeRecord
from watchfloor.platform.tenancy.context import require_tenant_id


def forget(eraser: Eraser, now: datetime) -> dict[str, int]:
    """Take the person out of what waits or is quarantined; drop captured bodies that tell of it."""
    return {
        IntakeRecord._meta.db_table: _reworded(eraser),
        CapturedBody._meta.db_table: _dropped(eraser),
    }


def _reworded(eraser: Eraser) -> int:
    changed = 0
    rows = IntakeRecord.objects.filter(tenant_id=require_tenant_id())
    for pk, was in rows.values_list("pk", "body").iterator():
        try:
            body = eraser.packed(was)
        except msgspec.DecodeError:  # it is quarantined for that, and nobody can read it
            changed += rows.filter(pk=pk).delete()[0] if _is_told(was, eraser) else 0
            continue
        if body != bytes(was):
            changed += rows.filter(pk=pk).update(body=body)
    return changed


def _dropped(eraser: Eraser) -> int:
    """What a body is, nobody knows yet: it cannot be rewritten, and is old in a day anyhow."""
    bodies = CapturedBody.objects.values_list("pk", "body").iterator()
    told = [pk for pk, body in bodies if _is_told(body, eraser)]
    return CapturedBody.objects.filter(pk__in=told).delete()[0]


def _is_told(body: bytes | memoryview, eraser: Eraser) -> bool:
    text = bytes(body).decode(errors="replace")
    return eraser.text(text) != text

"""What the worker does for lessons, and who wakes it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from watchfloor.noc.teaching import effects
from watchfloor.noc.teaching.models import EffectState, Lesson
from watchfloor.platform.jobs.task import LeasedTask
from watchfloor.platform.tenancy.context import tenant_scope


@shared_task(base=LeasedTask, name="noc.lesson_effect")  # type: ignore[untyped-decorator]
def look(lesson_id: str) -> None:
    effects.look(UUID(lesson_id), now=timezone.now)


def wake_waiting(now: datetime) -> int:
    """Wake a worker for the lesson that waits longest, unless one is looked at; return how many."""
    everybody = Lesson.everybody.using("system")
    running = everybody.filter(
        effect_state=EffectState.RUNNING, effect_at__gte=now - effects.ABANDONED
    )
    found = everybody.filter(effects.waiting(now)).order_by("proposed_at").first()
    if found is None or running.exists():
        return 0
    with tenant_scope(found.tenant_id):
        look.delay(str(found.pk))
    return 1

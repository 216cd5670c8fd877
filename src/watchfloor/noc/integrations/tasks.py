"""What the worker does for us: all of it reaches outside."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from watchfloor.noc.integrations import heartbeat, sending
from watchfloor.noc.integrations.models import Delivery
from watchfloor.noc.integrations.selectors import due
from watchfloor.platform.jobs.task import LeasedTask
from watchfloor.platform.tenancy.context import tenant_scope

URGENT_AT_ONCE = 20


@shared_task(base=LeasedTask, name="noc.deliver")  # type: ignore[untyped-decorator]
def deliver(delivery_id: str) -> None:
    """Send one message, after those of life safety that any tenant has waiting."""
    urgent = Delivery.everybody.using("system").filter(due(timezone.now()), lane=0)
    for tenant_id, pk in urgent.order_by("next_at").values_list("tenant_id", "pk")[:URGENT_AT_ONCE]:
        with tenant_scope(tenant_id):
            sending.deliver(pk, now=timezone.now())
    sending.deliver(UUID(delivery_id), now=timezone.now())


@shared_task(base=LeasedTask, name="noc.heartbeat")  # type: ignore[untyped-decorator]
def call_heartbeat(heartbeat_id: str) -> None:
    heartbeat.call(UUID(heartbeat_id), now=timezone.now())

"""The outbox: events written with the change that they tell of."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.platform.tenancy.access import ALL, APPEND, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class OutboxEvent(TenantAwareModel):
    """One event: its kind and the ids it is about. `lane` 0 (life safety) is relayed first."""

    number = models.BigAutoField(primary_key=True)
    id = None  # type: ignore[assignment]
    kind = models.CharField(max_length=60)
    payload = models.JSONField()
    lane = models.SmallIntegerField(default=1)
    created_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=APPEND, system=ALL)

    class Meta:
        indexes = [models.Index(fields=["lane", "number"])]


class HandlerRetry(TenantAwareModel):
    """A handler that failed for an event, to be run again alone."""

    kind = models.CharField(max_length=60)
    payload = models.JSONField()
    event_at = models.DateTimeField()
    handler = models.CharField(max_length=200)
    attempts = models.PositiveIntegerField(default=1)
    next_at = models.DateTimeField()
    error = models.TextField(blank=True)
    gave_up_at = models.DateTimeField(null=True)

    access: ClassVar[Access] = Access(app=ALL, system=ALL)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(gave_up_at=None), name="retry_due")
        ]

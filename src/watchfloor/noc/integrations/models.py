"""Who is told, and each telling as a row of its own before it leaves."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.noc.incidents.models import NOCIncident
from watchfloor.platform.tenancy.access import ALL, READ, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class ChannelKind(models.TextChoices):
    EMAIL = "email"
    WEBHOOK = "webhook"


class NotificationRule(TenantAwareModel):
    """Incidents of `severity` are told to `target` by e-mail or signed webhook.

    `secret` signs webhooks (Standard Webhooks); it is kept encrypted and never shown again.
    `failures` of the target in a row; after some of them nothing is sent there until
    `paused_until` (`breaker.py`).
    """

    severity = models.SmallIntegerField(choices=SeverityLevel.choices)
    channel = models.CharField(max_length=10, choices=ChannelKind.choices)
    target = models.CharField(max_length=500)
    secret = models.BinaryField(null=True)
    is_active = models.BooleanField(default=True)
    failures = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "severity", "channel"], name="one_rule_per_severity_and_channel"
            )
        ]


class DeliveryState(models.TextChoices):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    WITHHELD = "withheld"
    CANCELLED = "cancelled"


class Delivery(TenantAwareModel):
    """One message to one target. Its id is the idempotency key that the receiver sees.

    `leased_until`: while pending, a worker was woken and is given until then to take it; while
    sending, the worker that has it is given until then to say how it ended.
    `severity` is the incident's that was told, 0 where the message is about none. `is_held`: an act
    of a person is behind it, who may take it back before it leaves.
    """

    rule = models.ForeignKey(
        NotificationRule, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    incident = models.ForeignKey(
        NOCIncident, null=True, on_delete=models.SET_NULL, related_name="deliveries"
    )
    channel = models.CharField(max_length=10, choices=ChannelKind.choices)
    target = models.CharField(max_length=500)
    event = models.CharField(max_length=60)
    body = models.JSONField()
    lane = models.SmallIntegerField(default=1)
    severity = models.SmallIntegerField(default=0)
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING
    )
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    withheld_by = models.CharField(max_length=20, blank=True, db_default="")
    """Why it did not leave, where somebody had decided so: `watched`."""
    is_held = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL, system=("SELECT", "UPDATE"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "incident", "event", "channel", "target"],
                condition=~models.Q(state="cancelled"),
                name="delivery_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(state__in=["pending", "sending"]),
                name="delivery_due",
            )
        ]


class Heartbeat(TenantAwareModel):
    """An outward URL that is called while the floor works, so that others notice its silence."""

    url = models.CharField(max_length=500)
    every_seconds = models.PositiveIntegerField(default=60)
    is_active = models.BooleanField(default=True)
    last_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    access: ClassVar[Access] = Access(app=ALL, system=READ)

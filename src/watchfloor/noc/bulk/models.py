"""Acts on many at once: what was asked, and how it went with each."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class Noun(models.TextChoices):
    INCIDENTS = "incidents"
    ALERTS = "alerts"


class BulkAct(TenantAwareModel):
    """One act of somebody on many. `token` is theirs: sent again, it is the same act.

    `ended_at`: nothing waits any more; what waited when it was stopped was left alone.
    """

    token = models.UUIDField()
    noun = models.CharField(max_length=10, choices=Noun.choices)
    act = models.CharField(max_length=20)
    said = models.JSONField(default=dict)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    undo_asked_at = models.DateTimeField(null=True)

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "actor_kind", "actor_id", "token"], name="bulk_act_once"
            )
        ]
        indexes = [models.Index(fields=["tenant", "-asked_at", "-id"], name="bulk_act_latest")]


class ItemState(models.TextChoices):
    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    LEFT = "left"
    """It waited when the act was stopped."""
    UNDONE = "undone"
    STANDS = "stands"
    """It was to be undone, and was not."""


class BulkItem(TenantAwareModel):
    """One of the many. `version`: as somebody saw it; `led_to`: none where it was so already."""

    bulk = models.ForeignKey(BulkAct, on_delete=models.CASCADE, related_name="items")
    place = models.PositiveIntegerField()
    subject_id = models.UUIDField()
    version = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=10, choices=ItemState.choices, default=ItemState.WAITING)
    why = models.TextField(blank=True)
    led_to = models.PositiveIntegerField(null=True)

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bulk", "subject_id"], name="bulk_item_once")
        ]
        indexes = [models.Index(fields=["bulk", "state", "place"], name="bulk_item_next")]

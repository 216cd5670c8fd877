"""Trained models by version: bytes, a card that says what is known of them, and their stage."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from watchfloor.platform.tenancy.access import APPEND, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class Stage(models.TextChoices):
    CANDIDATE = "candidate"
    LIVE = "live"
    RETIRED = "retired"
    """It was live once; rolling back returns to it."""


class ModelVersion(TenantAwareModel):
    """One trained model. Its bytes and card never change; one of each kind is live at most."""

    kind = models.CharField(max_length=30)
    sha256 = models.CharField(max_length=64)
    """Of the bytes."""
    card = models.JSONField()
    body = models.BinaryField()
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.CANDIDATE)
    created_at = models.DateTimeField()
    created_by_kind = models.CharField(max_length=20)
    created_by_id = models.CharField(max_length=64, blank=True)
    promoted_at = models.DateTimeField(null=True)
    """When it last became live by being promoted."""

    access: ClassVar[Access] = Access(app=(*APPEND, "UPDATE"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kind", "sha256"], name="model_once"),
            models.UniqueConstraint(
                fields=["tenant", "kind"], condition=Q(stage="live"), name="model_live_once"
            ),
        ]

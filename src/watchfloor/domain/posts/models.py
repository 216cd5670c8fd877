"""The places of a site at which guards stand."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from watchfloor.domain.org.models import Site
from watchfloor.domain.registers.models import CodedRow


class PostKind(models.TextChoices):
    GATE = "GATE"
    RECEPTION = "RECEPTION"
    CONTROL_ROOM = "CONTROL_ROOM"
    VAULT = "VAULT"
    ATM = "ATM"
    PARKING = "PARKING"
    PATROL = "PATROL"
    OTHER = "OTHER"


class PostRisk(models.TextChoices):
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class Post(CodedRow):
    """A place of a site that needs guards.

    Without a position, or a radius, of its own it takes those of its site.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=20, choices=PostKind.choices, default=PostKind.OTHER)
    required_guards = models.PositiveSmallIntegerField(default=1)
    risk = models.CharField(max_length=10, choices=PostRisk.choices, default=PostRisk.MEDIUM)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    radius_m = models.FloatField(null=True, blank=True)
    armed = models.BooleanField(default=False)
    skills = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    """That guards need here, licences too, in the words of employments."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="post_code_per_tenant")
        ]

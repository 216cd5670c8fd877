"""Checkpoints, the routes that lead along them, and tours as they were planned and walked."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from watchfloor.domain.org.models import Site
from watchfloor.domain.people.models import Person
from watchfloor.domain.registers.models import CodedRow
from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class Checkpoint(CodedRow):
    """A place that a guard scans: a tag on a wall, a code on a door."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="checkpoints")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="checkpoint_code_per_tenant")
        ]


class Route(CodedRow):
    """Checkpoints in the order in which they are walked."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="routes")
    checkpoints = ArrayField(models.CharField(max_length=100), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="route_code_per_tenant")
        ]


class Tour(TenantAwareModel):
    """As it was planned last, and how far it went. Nobody planned one that has no `ends_at`.

    `scanned` holds each checkpoint once, in the order of the first scans.
    """

    code = models.CharField(max_length=100)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="tours", null=True)
    route = models.CharField(max_length=100, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tours", null=True)
    person_code = models.CharField(max_length=100, blank=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    is_mandatory = models.BooleanField(default=False)
    checkpoints = ArrayField(models.CharField(max_length=100), default=list)
    scanned = ArrayField(models.CharField(max_length=100), default=list)
    started_at = models.DateTimeField(null=True)
    last_scan_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    planned_at = models.DateTimeField(null=True)
    """When it was planned or cancelled last: an older word that comes late changes neither."""
    heard_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="tour_code_per_tenant")
        ]
        indexes = [
            models.Index(fields=["tenant", "heard_at"]),
            models.Index(fields=["tenant", "ends_at"]),
        ]

    def __str__(self) -> str:
        return self.code


class Scan(TenantAwareModel):
    """A checkpoint was scanned. Its id is the event's."""

    at = models.DateTimeField()
    tour_code = models.CharField(max_length=100)
    checkpoint = models.CharField(max_length=100)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "at"]),
            models.Index(fields=["tenant", "tour_code"]),
        ]

    def __str__(self) -> str:
        return f"{self.tour_code} at {self.checkpoint}"

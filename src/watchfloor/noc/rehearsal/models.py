"""Configurations as versioned documents, and rehearsals of a period under one of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.platform.tenancy.access import ALL, APPEND, READ, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class ClusteringConfiguration(TenantAwareModel):
    """A version of what decides on grouping. `document` says what differs from what is shipped.

    One version at most is enabled; enabling an older one again is how one rolls back.
    """

    version = models.PositiveIntegerField()
    document = models.JSONField()
    note = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by_kind = models.CharField(max_length=20)
    created_by_id = models.CharField(max_length=64, blank=True)
    enabled_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)

    access: ClassVar[Access] = Access(app=(*APPEND, "UPDATE"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "version"], name="configuration_version"),
            models.UniqueConstraint(
                fields=["tenant"],
                condition=models.Q(enabled_at__isnull=False, superseded_at=None),
                name="configuration_enabled_once",
            ),
        ]

    @property
    def is_enabled(self) -> bool:
        return self.enabled_at is not None and self.superseded_at is None


class RehearsalState(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


LIVING = (RehearsalState.QUEUED, RehearsalState.RUNNING)


class Rehearsal(TenantAwareModel):
    """A replay of the stored reports of a period under a candidate, beside the current one.

    `result` is `aiops.rehearsal.outcome.Outcome`. `beat_at` is when its worker last said that it
    lives; one that fell silent is begun anew.
    """

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    candidate = models.JSONField()
    """The document, as it was when the rehearsal was asked for."""
    current = models.JSONField()
    configuration = models.ForeignKey(
        ClusteringConfiguration, null=True, on_delete=models.SET_NULL, related_name="rehearsals"
    )
    operators = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(
        max_length=10, choices=RehearsalState.choices, default=RehearsalState.QUEUED
    )
    reports_done = models.PositiveIntegerField(default=0)
    reports_total = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by_kind = models.CharField(max_length=20)
    created_by_id = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    access: ClassVar[Access] = Access(app=ALL, system=READ)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"],
                condition=models.Q(state__in=["queued", "running"]),
                name="rehearsal_one_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["tenant", "-created_at"], name="rehearsal_latest")]

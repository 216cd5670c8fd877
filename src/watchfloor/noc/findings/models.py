"""Findings: what inspections found to be wrong, and what people made of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.domain.org.models import Site
from watchfloor.noc.alerts.models import SeverityLevel
from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class FindingCategory(models.TextChoices):
    """Values as `aiops.findings.draft.Category`."""

    SAFETY = "SAFETY"
    SECURITY = "SECURITY"
    OPERATIONAL = "OPERATIONAL"
    DEVICE_HEALTH = "DEVICE_HEALTH"
    COMPLIANCE = "COMPLIANCE"


class FindingStatus(models.TextChoices):
    NEW = "NEW"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    IN_PROGRESS = "IN_PROGRESS"
    RESOLVED = "RESOLVED"
    FALSE_POSITIVE = "FALSE_POSITIVE"
    SUPPRESSED = "SUPPRESSED"


class AuditFinding(TenantAwareModel):
    """Something that is wrong at a site with one thing of it, found once or again and again.

    `is_current`: what is found of the same type about the same thing is this one. It is open, or
    somebody said that it is nothing and it has been seen ever since.
    `gone_at`: an inspection looked for it and did not see it any more.
    `alert_key`: of the alert that told of it, which fires while `is_told`; empty where none did.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="findings")
    finding_type = models.CharField(max_length=60)
    category = models.CharField(max_length=20, choices=FindingCategory.choices)
    severity = models.SmallIntegerField(choices=SeverityLevel.choices)
    title = models.CharField(max_length=300)
    entity_type = models.CharField(max_length=40)
    entity_id = models.CharField(max_length=200)
    evidence = models.JSONField(default=dict)
    runbook = models.CharField(max_length=60)
    recommended_actions = models.JSONField(default=list)
    status = models.CharField(
        max_length=20, choices=FindingStatus.choices, default=FindingStatus.NEW
    )
    is_current = models.BooleanField(default=True)
    found_count = models.PositiveIntegerField(default=1)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    alert_key = models.CharField(max_length=400, blank=True)
    is_told = models.BooleanField(default=False)
    told_severity = models.SmallIntegerField(default=0)
    """With which it was told last: worse is told again."""
    acknowledged_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    """What was said when it was ended or set aside."""
    version = models.PositiveIntegerField(default=1)

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "site", "finding_type", "entity_type", "entity_id"],
                condition=models.Q(is_current=True),
                name="finding_current_once",
            )
        ]
        indexes = [
            models.Index(fields=["tenant", "-last_seen_at", "-id"], name="finding_latest"),
        ]

    def __str__(self) -> str:
        return self.title

"""How often and how strictly each site is inspected, and the inspections that took place."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.aiops.inspection.cadences import Cadence
from watchfloor.domain.org.models import Site
from watchfloor.domain.registers.models import RegisterRow
from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel

SEVERITIES = [(name, name.title()) for name in ("INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL")]


class SiteAuditSchedule(RegisterRow):
    """How a site is inspected. A site without one is inspected by what stands here as default.

    `..._least`: of a critical signal, how many are to come in an hour from a site with people on
    post; 0: it is not critical there.
    """

    site = models.OneToOneField(Site, on_delete=models.CASCADE, related_name="audit_schedule")
    heartbeat_minutes = models.PositiveSmallIntegerField(default=5)
    comprehensive_minutes = models.PositiveSmallIntegerField(default=15)
    deep_minutes = models.PositiveSmallIntegerField(default=60)
    phone_events_least = models.PositiveSmallIntegerField(default=1)
    location_updates_least = models.PositiveSmallIntegerField(default=1)
    tasks_completed_least = models.PositiveSmallIntegerField(default=0)
    tour_checkpoints_least = models.PositiveSmallIntegerField(default=0)
    alert_from = models.CharField(max_length=10, choices=SEVERITIES, default="MEDIUM")
    evidence_minutes = models.PositiveSmallIntegerField(default=120)
    is_skipped = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"inspections of {self.site}"


class InspectionRun(TenantAwareModel):
    """One inspection of all sites whose turn it was. The row is the claim on its window.

    `was_timely`: it ran soon after its window, so the floor was there to hear the window's events.
    """

    cadence = models.CharField(max_length=20, choices=[(one, one.title()) for one in Cadence])
    ends_at = models.DateTimeField()
    ran_at = models.DateTimeField()
    was_timely = models.BooleanField()
    sites = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0.0)
    """How long it took."""

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "cadence", "ends_at"], name="inspection_once_a_window"
            )
        ]
        indexes = [models.Index(fields=["tenant", "ends_at"])]

    def __str__(self) -> str:
        return f"{self.get_cadence_display()} inspection"

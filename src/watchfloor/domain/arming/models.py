"""When the areas of a site are to be armed, and when they were."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from watchfloor.domain.org.models import Site
from watchfloor.domain.registers.models import RegisterRow
from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class ArmingSchedule(RegisterRow):
    """The hours in which an area is open, by the clocks of its site; outside them it is armed.

    `area` is empty for all areas of the site that have no schedule of their own. On `closed_on` it
    does not open at all.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="arming_schedules")
    area = models.CharField(max_length=100, blank=True)
    open_hours = models.CharField(max_length=200)
    closed_on = ArrayField(models.DateField(), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "site", "area"], name="arming_schedule_per_area"
            )
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.open_hours}".strip()


class ArmingChange(TenantAwareModel):
    """An area was armed, disarmed, or armed in part. Its id is the event's."""

    at = models.DateTimeField()
    received_at = models.DateTimeField()
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, related_name="arming_changes", null=True
    )
    area = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=10)
    person_code = models.CharField(max_length=100, blank=True)

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        indexes = [models.Index(fields=["tenant", "-at", "-id"], name="arming_latest")]

    def __str__(self) -> str:
        return f"{self.area} {self.state}".strip()

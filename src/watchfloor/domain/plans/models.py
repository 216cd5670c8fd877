"""Floor plans of sites, and where on them the devices are."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.domain.devices.models import Device
from watchfloor.domain.org.models import Site
from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class Plan(TenantAwareModel):
    """A picture of a part of a site, such as a storey. Its bytes lie in a file: `platform.files`.

    `level` puts the plans of a site in order: the ground floor is 0, a cellar is below.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="plans")
    name = models.CharField(max_length=100)
    level = models.SmallIntegerField(default=0)
    media_type = models.CharField(max_length=40)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="plan_name_per_site")]

    def __str__(self) -> str:
        return self.name


class Placement(TenantAwareModel):
    """Where a device is on a plan: parts of the picture's width and height from its top left."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="placements")
    device = models.OneToOneField(Device, on_delete=models.CASCADE, related_name="placement")
    x = models.FloatField()
    y = models.FloatField()

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="placement_on_the_plan",
                condition=models.Q(x__range=(0, 1), y__range=(0, 1)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.x:.1%} across, {self.y:.1%} down"

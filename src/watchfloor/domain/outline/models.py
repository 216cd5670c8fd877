"""What a tenant's map shows beneath its sites: coasts, districts, the walls of a campus."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class Outline(TenantAwareModel):
    """Lines and areas, as `geojson.Shape`. A tenant has one at most."""

    name = models.CharField(max_length=100)
    shapes = models.JSONField()
    points = models.PositiveIntegerField()
    set_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="outline_once")]

    def __str__(self) -> str:
        return self.name

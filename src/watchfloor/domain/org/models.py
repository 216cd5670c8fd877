"""Clients, and their sites."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.platform.tenancy.access import ALL, READ, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class Inventory(TenantAwareModel):
    """What clients, sites, devices and people have in common: a code, a name, a provenance.

    `is_verified` is False for what a sender named and nobody has confirmed; `origin` says who
    made the row (people, import, demo, or the integration that named it).
    """

    code = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    is_verified = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    origin = models.CharField(max_length=40, default="people")
    created_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name or self.code


class Client(Inventory):
    """A customer of the tenant, whose sites are guarded."""

    tier = models.CharField(max_length=20, default="STANDARD")
    value = models.FloatField(default=1.0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="client_code_per_tenant")
        ]


class Site(Inventory):
    """A place that is guarded. Sites form a tree; feeder and carrier are failure domains.

    The system role reads it: keys are known before their tenant is, and some are bound to sites.
    """

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="sites", null=True, blank=True
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="children", null=True, blank=True
    )
    time_zone = models.CharField(max_length=64, default="UTC")
    criticality = models.PositiveSmallIntegerField(default=3)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    radius_m = models.FloatField(default=200.0)
    """Of the geofence around the position."""
    region = models.CharField(max_length=100, blank=True)
    feeder = models.CharField(max_length=100, blank=True)
    carrier = models.CharField(max_length=100, blank=True)

    access: ClassVar[Access] = Access(app=ALL, system=READ)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="site_code_per_tenant"),
            models.CheckConstraint(
                name="site_criticality_1_to_5", condition=models.Q(criticality__range=(1, 5))
            ),
        ]
        indexes = [models.Index(fields=["tenant", "latitude", "longitude"])]


class InventoryRevision(TenantAwareModel):
    """Counts changes of the inventory, so that a cached index of its names knows when it is old."""

    number = models.BigIntegerField(default=1)

    access: ClassVar[Access] = Access(app=ALL, system=READ)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant"], name="inventory_revision_once")]

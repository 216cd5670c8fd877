"""Devices at sites, and which device each depends on."""

from __future__ import annotations

from django.db import models

from watchfloor.domain.org.models import Inventory, Site


class Device(Inventory):
    """A camera, controller, sensor, gateway ... `parent` is what it goes dark with."""

    kind = models.CharField(max_length=60, blank=True)
    model = models.CharField(max_length=100, blank=True)
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, related_name="devices", null=True, blank=True
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="children", null=True, blank=True
    )
    installed_on = models.DateField(null=True, blank=True)
    serial = models.CharField(max_length=100, blank=True)
    beat_seconds = models.FloatField(null=True, blank=True)
    """The period of its beats; None: it is learnt."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="device_code_per_tenant")
        ]

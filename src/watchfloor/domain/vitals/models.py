"""How devices are: their state now, the beats that led to it, and what sensors read."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.aiops.beats.health import Health
from watchfloor.domain.devices.models import Device
from watchfloor.domain.org.models import Site
from watchfloor.platform.tenancy.access import ALL, READ, Access
from watchfloor.platform.tenancy.models import Tenant, TenantAwareModel


class DeviceState(TenantAwareModel):
    """What a device said of itself last; what it never said is None or empty.

    `pause_seconds` is how long it usually is between its beats, `uptime` the share of the last 72
    hours in which they came, `health` 0 to 100.
    """

    device = models.OneToOneField(Device, on_delete=models.CASCADE, related_name="state")
    last_beat_at = models.DateTimeField()
    pause_seconds = models.FloatField(default=0.0)
    uptime = models.FloatField(default=1.0)
    health = models.FloatField(null=True)
    battery = models.FloatField(null=True)
    signal_dbm = models.FloatField(null=True)
    temperature = models.FloatField(null=True)
    loss = models.FloatField(null=True)
    round_trip_ms = models.FloatField(null=True)
    errors = models.FloatField(null=True)
    sync = models.FloatField(null=True)
    serial = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=100, blank=True)
    firmware = models.CharField(max_length=100, blank=True)

    access: ClassVar[Access] = Access(app=ALL)

    @property
    def health_word(self) -> str:
        return "" if self.health is None else Health.of(self.health).value

    def __str__(self) -> str:
        return f"State of {self.device}"


class DeviceBeat(models.Model):
    """One beat. Partitioned by the day of `at`; a leaf."""

    pk = models.CompositePrimaryKey("device_id", "at")
    tenant = models.ForeignKey(
        Tenant, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    device = models.ForeignKey(
        Device, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    at = models.DateTimeField()
    loss = models.FloatField(null=True)
    round_trip_ms = models.FloatField(null=True)
    errors = models.FloatField(null=True)
    battery = models.FloatField(null=True)
    signal_dbm = models.FloatField(null=True)
    temperature = models.FloatField(null=True)

    access: ClassVar[Access] = Access(app=ALL, system=READ)

    def __str__(self) -> str:
        return f"beat of {self.device_id} at {self.at}"


class SensorReading(TenantAwareModel):
    """What a sensor or a button said. Its id is the event's."""

    at = models.DateTimeField()
    received_at = models.DateTimeField()
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="readings", null=True)
    area = models.CharField(max_length=100, blank=True)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="readings", null=True)
    device_code = models.CharField(max_length=100)
    kind = models.CharField(max_length=100)
    state = models.CharField(max_length=100, blank=True)
    value = models.FloatField(null=True)

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "-at", "-id"], name="reading_latest"),
            models.Index(fields=["device", "-at"], name="reading_of_device"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.device_code}"

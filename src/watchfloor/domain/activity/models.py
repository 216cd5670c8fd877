"""Positions as devices told them, and how many signs each person gave in every five minutes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.domain.org.models import Site
from watchfloor.domain.people.models import Person
from watchfloor.domain.people.personal import Personal
from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class Position(TenantAwareModel):
    """Where a person or an asset was, as a device believed. Its id is the event's; 90 days."""

    at = models.DateTimeField()
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", null=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="positions", null=True
    )
    asset = models.CharField(max_length=100, blank=True)
    device_code = models.CharField(max_length=100, blank=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    accuracy_m = models.FloatField(null=True)
    is_mocked = models.BooleanField(default=False)

    access: ClassVar[Access] = Access(app=ALL)
    personal: ClassVar[Personal] = Personal(is_deleted=True)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "at"]),
            models.Index(fields=["person", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.latitude:.5f}, {self.longitude:.5f}"


class SignCount(TenantAwareModel):
    """How many signs of each kind one person gave at one site in five minutes; 90 days.

    `person_code` is empty for signs that name the site alone. `without_site` of all of them named
    none: they count at the person's home site, and do not say that anybody is there.
    """

    begins_at = models.DateTimeField()
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    person_code = models.CharField(max_length=100, blank=True)
    phone_events = models.PositiveIntegerField(default=0)
    location_updates = models.PositiveIntegerField(default=0)
    tasks_completed = models.PositiveIntegerField(default=0)
    tour_checkpoints = models.PositiveIntegerField(default=0)
    movement_m = models.FloatField(default=0.0)
    without_site = models.PositiveIntegerField(default=0, db_default=0)
    last_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "begins_at", "site", "person_code"], name="signs_once"
            )
        ]


class SiteHeard(TenantAwareModel):
    """When a site last gave a sign of each kind: one that it never gives is not missed."""

    site = models.OneToOneField(Site, on_delete=models.CASCADE, related_name="heard")
    phone_events_at = models.DateTimeField(null=True)
    location_updates_at = models.DateTimeField(null=True)
    tasks_completed_at = models.DateTimeField(null=True)
    tour_checkpoints_at = models.DateTimeField(null=True)

    access: ClassVar[Access] = Access(app=ALL)

    def __str__(self) -> str:
        return f"signs of {self.site_id}"

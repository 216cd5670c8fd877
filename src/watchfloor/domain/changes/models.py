"""The log of changes: what was done to the operation, so that what follows can be explained."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.domain.org.models import Client, Site
from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class ChangeKind(models.TextChoices):
    """What a change is of. Senders have words of their own: what is none of these is OTHER."""

    ROSTER = "ROSTER"
    CONFIGURATION = "CONFIGURATION"
    FIRMWARE = "FIRMWARE"
    STAFF = "STAFF"
    RELEASE = "RELEASE"
    IMPORT = "IMPORT"
    OTHER = "OTHER"


class Change(TenantAwareModel):
    """One change, as somebody told of it. Its id is the event's. Without a place it is everywhere.

    `said` is the sender's own word for its kind.
    """

    kind = models.CharField(max_length=20, choices=ChangeKind.choices)
    said = models.CharField(max_length=100)
    at = models.DateTimeField()
    text = models.CharField(max_length=1000, blank=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", null=True)
    device = models.CharField(max_length=100, blank=True)
    person = models.CharField(max_length=100, blank=True)

    access: ClassVar[Access] = Access(app=ALL)

    class Meta:
        indexes = [models.Index(fields=["tenant", "at"]), models.Index(fields=["site", "at"])]

    def __str__(self) -> str:
        return self.text or self.said

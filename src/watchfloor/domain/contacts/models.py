"""Whom to call about a site, in order."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from watchfloor.domain.org.models import Site
from watchfloor.platform.tenancy.access import ALL, Access
from watchfloor.platform.tenancy.models import TenantAwareModel


class Contact(TenantAwareModel):
    """One line of a site's call list. It is retired, never deleted: calls name it."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="contacts")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=40)
    hours = models.CharField(max_length=200, blank=True)
    """As `hours` reads them, in the site's time zone; empty: at any hour."""
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    access: ClassVar[Access] = Access(app=ALL)

    def __str__(self) -> str:
        return self.name
